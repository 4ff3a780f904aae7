//! Solutions of a deal, and the search for more.

use super::{Looked, Offer, note};
use crate::{
    catalogue::service::{SHOWN, Solution, Source},
    deals::{
        forms::SolutionTyped,
        views::fields::{About, Choice, Choices, Input, Lock, Maker},
    },
    web::{L10n, written::joined},
};

pub struct SolutionRow {
    pub id: String,
    pub solution_id: String,
    pub title: String,
    pub more: String,
    pub problem: Option<String>,
    pub fields: Vec<Input>,
    pub remove: String,
    pub remove_label: String,
}

pub struct SolutionsView {
    pub about: About,
    pub rows: Vec<SolutionRow>,
    pub search: Input,
    pub sources: Choices,
    pub searched: String,
    pub results: Vec<Offer>,
    /// How many were found, or why none.
    pub note: String,
    /// Not a solution assessment: rows, and a search for more.
    pub free: bool,
    /// The organisation may make solution assessments: what choosing one means, and the button that does.
    pub assess: Option<Assess>,
}

/// Between solutions and a solution assessment.
pub struct Assess {
    pub words: String,
    /// `None`: it is settled.
    pub button: Option<String>,
    pub value: &'static str,
    /// It is one: of these types one is chosen.
    pub types: Option<Choices>,
}

/// `assessment`: it is one.
pub fn solutions(maker: Maker<'_>, typed: &[SolutionTyped], assessment: bool, looked: &Looked) -> SolutionsView {
    let l = maker.l;
    let rows = typed.iter().zip(1..).map(|(solution, n)| {
        let known = looked.named.iter().find(|known| known.id == solution.id);
        let title = known.map_or_else(|| solution.id.clone(), |known| known.name.clone());
        let id = format!("solutions-{n}");
        SolutionRow {
            problem: maker.problem(&id),
            fields: vec![
                maker
                    .input(&format!("{id}-quantity"), "quantity", Lock::No, &solution.quantity)
                    .number(),
                maker.input(&format!("{id}-price"), "price", Lock::No, &solution.price).number(),
            ],
            remove: format!("remove:{n}"),
            remove_label: l.t1("solutions-remove", "name", &title),
            more: known.map_or_else(|| l.t("deal-solution-unknown"), |known| offered_by(l, known)),
            solution_id: solution.id.clone(),
            title,
            id,
        }
    });
    let results = looked.found.iter().take(SHOWN).map(|found| Offer {
        label: found.name.clone(),
        more: joined([&offered_by(l, found), &found.id], " · "),
        value: format!("solution:{}", found.id),
        added: typed.iter().any(|solution| solution.id == found.id),
    });
    let source =
        |source: Source| Choice::new(source.code(), l.t(&format!("solutions-from-{}", source.code())), source == looked.source);
    SolutionsView {
        about: maker.about("solutions", "solutions", Lock::Closed),
        rows: rows.collect(),
        search: maker.input("q", "solution-search", Lock::No, &looked.search).kind("search"),
        sources: Choices { about: maker.about("from", "solution-source", Lock::No), choices: Source::ALL.map(source).into() },
        searched: looked.search.clone(),
        note: note(l, looked.found.len(), true),
        results: results.collect(),
        free: !assessment,
        assess: looked
            .assessments
            .as_ref()
            .map(|types| assess(maker, typed, assessment, looked.new, types)),
    }
}

fn assess(maker: Maker<'_>, typed: &[SolutionTyped], assessment: bool, changeable: bool, kinds: &[Solution]) -> Assess {
    let l = maker.l;
    let choice = |kind: &Solution| Choice::new(&kind.id, &kind.name, typed.iter().any(|solution| solution.id == kind.id));
    let about = maker.about("assessment", "assessment", Lock::Made);
    if assessment {
        Assess {
            words: l.t("assess-is"),
            button: changeable.then(|| l.t("assess-undo")),
            value: "assess:no",
            types: Some(Choices { about, choices: kinds.iter().map(choice).collect() }),
        }
    } else {
        Assess { words: l.t("assess-may"), button: Some(l.t("assess-do")), value: "assess:yes", types: None }
    }
}

fn offered_by(l: L10n, solution: &Solution) -> String {
    let tag = solution
        .incentive
        .map(|tag| l.t(&format!("incentive-{}", tag.code())))
        .unwrap_or_default();
    joined([&solution.organisation_name, &tag], " · ")
}
