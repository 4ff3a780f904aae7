//! What changes for somebody who is about to get a role. Pure.
//!
//! Before: what the person sees in PSC (domain.md section 5; an admin everything, a deal manager the account's deals, a seller those
//! assigned to them), and nothing here, as only who has no referrals role gets one. After: what the roles let see here
//! (section 2), with PSC's eligible deals where the deal migration is going to put them.

use crate::{auth::Role, ids::LocationId};

/// One PSC row of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// As in the database: `admin`, `deal-manager`, `seller`.
    pub psc_role: String,
    pub psc_account_id: String,
    pub psc_mail: String,
    pub role: Role,
    /// None: the whole organisation.
    pub location: Option<LocationId>,
}

/// Eligible deals of a PSC account that go to a location; none: to the organisation itself.
#[derive(Clone, Debug)]
pub struct InPsc {
    pub psc_account_id: String,
    pub location: Option<LocationId>,
    pub deals: i64,
}

/// Of those, the ones with this person in the team or as the assigned seller.
#[derive(Clone, Debug)]
pub struct WithPerson {
    /// Lower case.
    pub mail: String,
    pub psc_account_id: String,
    pub location: Option<LocationId>,
    pub assigned: bool,
    pub deals: i64,
}

/// Deals that are here already, by location.
#[derive(Clone, Debug)]
pub struct Here {
    pub location: Option<LocationId>,
    pub deals: i64,
}

/// Of those, the ones with this person in the team.
#[derive(Clone, Debug)]
pub struct OnTeam {
    /// Lower case.
    pub mail: String,
    pub location: Option<LocationId>,
    pub deals: i64,
}

/// The deals that changes are counted over.
#[derive(Clone, Debug, Default)]
pub struct Deals {
    pub in_psc: Vec<InPsc>,
    pub with_person: Vec<WithPerson>,
    pub here: Vec<Here>,
    pub on_team: Vec<OnTeam>,
    /// There are more than were looked at: counts are "at least".
    pub partial: bool,
}

/// A right that PSC gave and that the roles here do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// A PSC admin manages PSC's users; here that is an account admin's.
    ManagingUsers,
    /// A PSC admin sees all accounts' deals; here only those of the location.
    OtherLocations,
}

impl Lost {
    pub const fn code(self) -> &'static str {
        match self {
            Self::ManagingUsers => "managing-users",
            Self::OtherLocations => "other-locations",
        }
    }
}

/// What changes for one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Each once, in the order of the rows.
    pub gained: Vec<(Role, Option<LocationId>)>,
    pub lost: Vec<Lost>,
    pub appear: i64,
    pub disappear: i64,
}

/// What changes for the person with these rows and this account (lower case); `manages`: they are an account admin here already.
pub fn change(rows: &[Row], mail: &str, manages: bool, deals: &Deals) -> Change {
    let person = Person { rows, mail };
    let mut change = Change { gained: Vec::new(), lost: person.lost(manages), appear: 0, disappear: 0 };
    for row in rows {
        if !change.gained.contains(&(row.role, row.location)) {
            change.gained.push((row.role, row.location));
        }
    }
    for group in &deals.here {
        if person.has_all(group.location) {
            change.appear += group.deals;
        }
    }
    let mine = deals.on_team.iter().filter(|group| group.mail == mail);
    for group in mine.filter(|group| !person.has_all(group.location) && person.has_own(group.location)) {
        change.appear += group.deals;
    }
    let mut count = |before: bool, after: bool, number: i64| match (before, after) {
        (true, false) => change.disappear += number,
        (false, true) => change.appear += number,
        _ => {}
    };
    for group in &deals.in_psc {
        let (before, after) = (person.saw_all(&group.psc_account_id), person.has_all(group.location));
        let mine = deals.with_person.iter().filter(|own| {
            person.is_named(&own.mail) && own.psc_account_id == group.psc_account_id && own.location == group.location
        });
        let mut others = group.deals;
        for own in mine {
            others -= own.deals;
            let sold = own.assigned && person.sold_as(&own.mail);
            count(before || sold, after || (own.mail == mail && person.has_own(own.location)), own.deals);
        }
        count(before, after, others.max(0));
    }
    change
}

struct Person<'a> {
    rows: &'a [Row],
    mail: &'a str,
}

impl Person<'_> {
    fn holds(&self, role: Role, location: Option<LocationId>) -> bool {
        self.rows
            .iter()
            .any(|row| row.role == role && (row.location.is_none() || row.location == location))
    }

    /// Is going to see all deals there.
    fn has_all(&self, location: Option<LocationId>) -> bool {
        self.holds(Role::ReferralsAdmin, location)
    }

    /// Is going to see the deals there on whose team they are.
    fn has_own(&self, location: Option<LocationId>) -> bool {
        self.holds(Role::ReferralsUser, location)
    }

    /// Sees all deals of the account in PSC.
    fn saw_all(&self, account: &str) -> bool {
        self.rows.iter().any(|row| match row.psc_role.as_str() {
            "admin" => true,
            "deal-manager" => row.psc_account_id == account,
            _ => false,
        })
    }

    fn is_named(&self, mail: &str) -> bool {
        self.mail == mail || self.rows.iter().any(|row| row.psc_mail.to_lowercase() == mail)
    }

    /// Is a PSC seller with this mail, and sees the deals assigned to it.
    fn sold_as(&self, mail: &str) -> bool {
        self.rows
            .iter()
            .any(|row| row.psc_role == "seller" && row.psc_mail.to_lowercase() == mail)
    }

    fn lost(&self, manages: bool) -> Vec<Lost> {
        let was_admin = self.rows.iter().any(|row| row.psc_role == "admin");
        let sees_whole = self
            .rows
            .iter()
            .any(|row| row.role == Role::ReferralsAdmin && row.location.is_none());
        let lost = [(!manages).then_some(Lost::ManagingUsers), (!sees_whole).then_some(Lost::OtherLocations)];
        lost.into_iter().flatten().filter(|_| was_admin).collect()
    }
}
