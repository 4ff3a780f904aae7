//! What is sold: the solutions that PSC exports name, and some to choose from in new deals. One is not ready yet.

use crate::catalogue::{incentive::Incentive, service::NewSolution};

const fn solution(
    id: &'static str,
    name: &'static str,
    co_sell_ready: bool,
    incentive: Option<Incentive>,
) -> NewSolution<'static> {
    NewSolution { id, name, co_sell_ready, incentive, assessment: false }
}

/// A type of solution assessments.
const fn assessment(id: &'static str, name: &'static str) -> NewSolution<'static> {
    NewSolution { assessment: true, ..solution(id, name, false, None) }
}

pub const FABRIKAM: [NewSolution<'static>; 4] = [
    solution("SOL-10021-KRA", "Fabrikam Order Desk", true, Some(Incentive::BizAppsStandard)),
    solution("SOL-34104-EBB", "Fabrikam Warehouse Insights", true, Some(Incentive::AzureIpCoSell)),
    solution("SOL-55310-LAB", "Fabrikam Vision Lab", false, None),
    solution("SOL-77120-IOT", "Fabrikam Line Monitor", true, None),
];

pub const CONSULTING: [NewSolution<'static>; 3] = [
    solution("SOL-99001-P3P", "Contoso Supply Planner", true, Some(Incentive::BizAppsPremium)),
    solution("SOL-99014-PAY", "Contoso Payroll Connector", true, None),
    solution("SOL-99027-KOR", "콘토소 전자결재", true, Some(Incentive::AzureIpCoSell)),
];

pub const MICROSOFT: [NewSolution<'static>; 13] = [
    solution("MS-AZURE", "Microsoft Azure", false, None),
    solution("MS-D365-FIELD", "Dynamics 365 Field Service", false, None),
    solution("MS-M365-E5", "Microsoft 365 E5", false, None),
    solution("MS-AZURE-SQL", "Azure SQL Database", false, None),
    solution("MS-AZURE-VM", "Azure Virtual Machines", false, None),
    solution("MS-D365-SALES", "Dynamics 365 Sales", false, None),
    solution("MS-POWER-BI", "Power BI Pro", false, None),
    solution("MS-TEAMS-PHONE", "Teams Phone", false, None),
    solution("MS-WIN-365", "Windows 365 Enterprise", false, None),
    assessment("MS-SA-CLOUD", "Cloud economics assessment"),
    assessment("MS-SA-DATA", "Data estate assessment"),
    assessment("MS-SA-SECURITY", "Cybersecurity assessment"),
    assessment("MS-SA-SERVER", "Server migration assessment"),
];
