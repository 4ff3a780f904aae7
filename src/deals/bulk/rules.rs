//! What a bulk change would do to a deal, asked of the same tables as the change itself (domain.md section 3). Pure.

use super::run::{Change, Outcome};
use crate::{
    ids::UserId,
    referrals::{
        missing::Missing,
        rules::TEAM_MAX,
        service::Facts,
        stage,
        status::{Action, Status},
    },
};

/// What a change would come to.
pub fn forecast(change: &Change, deal: &Facts, vendor: bool, user: UserId) -> Outcome {
    if let Change::Favourite { on } = change {
        return if deal.favourite == *on { Outcome::Same } else { Outcome::Changed };
    }
    if vendor && deal.seller != Some(user) {
        return Outcome::Refused("refusal-not-your-request");
    }
    if matches!(change, Change::Lose { .. }) && deal.status == Status::Lost {
        return Outcome::Same;
    }
    if deal.status.is_terminal() {
        return Outcome::Refused("refused-over");
    }
    if let Change::Lose { .. } = change {
        let lacks = deal.status == Status::Accepted && !vendor && !Missing(deal.missing).is_empty();
        return match deal.status.step(Action::Lose) {
            None => Outcome::Refused("refused-step"),
            Some(_) if lacks => Outcome::Refused("refused-incomplete"),
            Some(_) => Outcome::Changed,
        };
    }
    if deal.status != Status::Accepted {
        return Outcome::Refused("refused-answer-first");
    }
    match change {
        Change::AddMember { .. } if deal.member => Outcome::Same,
        Change::AddMember { .. } if usize::try_from(deal.team).is_ok_and(|team| team >= TEAM_MAX) => {
            Outcome::Refused("flaw-team-many")
        }
        Change::SetStage { stage } if deal.stage == Some(*stage) => Outcome::Same,
        Change::SetStage { stage } if !stage::may_set(deal.deal_type, deal.stage, *stage) => Outcome::Refused("refused-stage"),
        _ => Outcome::Changed,
    }
}

/// How many deals would come to what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    pub changed: i64,
    pub same: i64,
    /// By reason, the commonest first.
    pub refused: Vec<(&'static str, i64)>,
}

impl Forecast {
    pub fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Changed => self.changed += 1,
            Outcome::Same => self.same += 1,
            Outcome::Refused(key) => self.refuse(key),
        }
    }

    fn refuse(&mut self, key: &'static str) {
        match self.refused.iter_mut().find(|refused| refused.0 == key) {
            Some(refused) => refused.1 += 1,
            None => self.refused.push((key, 1)),
        }
        self.refused.sort_by_key(|refused| std::cmp::Reverse(refused.1));
    }
}
