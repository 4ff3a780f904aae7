//! Rows of solutions.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Fields;
use crate::referrals::{
    command::ChosenSolution,
    rules::{self, Flaw},
};

/// A solution in a deal, with quantity and price as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SolutionTyped {
    pub id: String,
    pub quantity: String,
    pub price: String,
}

pub fn read(fields: &Fields) -> Vec<SolutionTyped> {
    fields.rows("solutions", |fields, place| {
        let text = |part| fields.text(&format!("{place}-{part}"));
        SolutionTyped { id: text("id"), quantity: text("quantity"), price: text("price") }
    })
}

/// What can be understood of them, and what is wrong.
pub fn parse(typed: &[SolutionTyped]) -> (Vec<ChosenSolution>, Vec<Flaw>) {
    let mut wrong = Vec::new();
    let mut number = |n: usize, part: &str, text: &str| -> Option<Decimal> {
        let text = text.trim();
        let read = rules::number(text);
        if read.is_none() && !text.is_empty() {
            wrong.push(Flaw::new(format!("solutions-{}-{part}", n + 1), "flaw-number"));
        }
        read
    };
    let chosen: Vec<ChosenSolution> = typed
        .iter()
        .enumerate()
        .map(|(n, solution)| ChosenSolution {
            id: solution.id.clone(),
            quantity: number(n, "quantity", &solution.quantity),
            price: number(n, "price", &solution.price),
        })
        .collect();
    let mut flaws = rules::solutions(&chosen);
    flaws.append(&mut wrong);
    (chosen, flaws)
}
