//! A row of deals.csv: the columns in their order (data/README.md).

use serde::Serialize;

/// Everything as text, as it stands in the file: not all of it can be read.
#[derive(Default, Serialize)]
pub struct Row {
    #[serde(rename = "Opportunity ID")]
    pub id: String,
    #[serde(rename = "Opportunity Name")]
    pub name: String,
    #[serde(rename = "Status")]
    pub status: &'static str,
    #[serde(rename = "Business Type")]
    pub business: &'static str,
    #[serde(rename = "Co-sell")]
    pub co_sell: &'static str,
    #[serde(rename = "Source")]
    pub source: &'static str,
    #[serde(rename = "PSC Account ID")]
    pub account_id: &'static str,
    #[serde(rename = "PSC Account Name")]
    pub account_name: &'static str,
    #[serde(rename = "MPN ID")]
    pub mpn_id: &'static str,
    #[serde(rename = "Customer Name")]
    pub customer_name: &'static str,
    #[serde(rename = "Customer Address Line 1")]
    pub customer_line1: &'static str,
    #[serde(rename = "Customer Address Line 2")]
    pub customer_line2: &'static str,
    #[serde(rename = "Customer City")]
    pub customer_city: &'static str,
    #[serde(rename = "Customer State")]
    pub customer_state: &'static str,
    #[serde(rename = "Customer Postal Code")]
    pub customer_postal_code: &'static str,
    #[serde(rename = "Customer Country")]
    pub customer_country: &'static str,
    #[serde(rename = "Customer Contact First Name")]
    pub contact_first_name: &'static str,
    #[serde(rename = "Customer Contact Last Name")]
    pub contact_last_name: &'static str,
    #[serde(rename = "Customer Contact Phone")]
    pub contact_phone: String,
    #[serde(rename = "Customer Contact Email")]
    pub contact_mail: String,
    #[serde(rename = "Deal Value")]
    pub value: String,
    #[serde(rename = "Currency")]
    pub currency: &'static str,
    #[serde(rename = "Estimated Close Date")]
    pub close_date: String,
    #[serde(rename = "Expected Solution Close Date")]
    pub solution_close_date: String,
    #[serde(rename = "Sales Stage")]
    pub stage: &'static str,
    #[serde(rename = "Deal Role")]
    pub deal_role: &'static str,
    #[serde(rename = "License Program")]
    pub license_program: &'static str,
    #[serde(rename = "Customer Outcome")]
    pub customer_outcome: &'static str,
    #[serde(rename = "Products")]
    pub products: String,
    #[serde(rename = "Team Members")]
    pub team: String,
    #[serde(rename = "Assigned Seller")]
    pub assigned_seller: String,
    #[serde(rename = "Microsoft Contact Name")]
    pub microsoft_name: &'static str,
    #[serde(rename = "Microsoft Contact Email")]
    pub microsoft_mail: &'static str,
    #[serde(rename = "Microsoft Contact Phone")]
    pub microsoft_phone: &'static str,
    #[serde(rename = "Marketing Campaign ID")]
    pub campaign_id: &'static str,
    #[serde(rename = "CRM ID")]
    pub crm_id: String,
    #[serde(rename = "Notes")]
    pub notes: &'static str,
    #[serde(rename = "Created Date")]
    pub created: String,
    #[serde(rename = "Last Modified Date")]
    pub modified: String,
}
