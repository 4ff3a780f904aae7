//! Random sequences of (actor, action, time) through the real services, beside a small model: no illegal move, and every terminal
//! referral stays as it is for good.
//!
//! `MODEL_SEQUENCES=50000 cargo nextest run random_sequences` is the long run, `MODEL_SEED` where it begins.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use partner_portal::{
    auth::Actor,
    db::schema::MIGRATOR,
    ids::ReferralId,
    referrals::{
        command::Seen,
        reason::Reason,
        service::{self, ActError},
        status::Action,
    },
};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use sqlx::PgPool;

use super::scene::{Scene, ask, at, details, kind, request, somebody};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// Fabrikam, whose deal it is.
    Owner,
    /// Contoso, if invited.
    Invited,
    /// The seller whose request it is, and the other one.
    Seller,
    OtherSeller,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Accept(Who),
    Decline(Who),
    Close(Who, Action),
    Stage(Who),
    /// With a version that stood there before.
    Stale(Who),
    Team(Who),
    Ask(Who),
    Show(Who),
    Invite(Who),
    HandOver,
    Wait(i64),
    /// To one millisecond before the next deadline, or to the deadline itself.
    ToDeadline(bool),
    Sweep,
}

/// One organisation's referrals in the engagement.
#[derive(Clone, Debug)]
struct Side {
    id: ReferralId,
    status: &'static str,
    expires: Option<DateTime<Utc>>,
    stage: Option<i16>,
    complete: bool,
}

impl Side {
    fn over(&self) -> bool {
        !matches!(self.status, "pending" | "accepted")
    }
}

struct Model {
    kind: &'static str,
    owner: Side,
    invited: Vec<Side>,
    vendor: Vec<Side>,
    now: DateTime<Utc>,
}

impl Model {
    fn side(&mut self, who: Who) -> Option<&mut Side> {
        match who {
            Who::Owner => Some(&mut self.owner),
            Who::Invited => self.invited.last_mut(),
            Who::Seller | Who::OtherSeller => self.vendor.last_mut(),
        }
    }

    fn sides(&mut self) -> impl Iterator<Item = &mut Side> {
        std::iter::once(&mut self.owner)
            .chain(&mut self.invited)
            .chain(&mut self.vendor)
    }

    /// What must come of a step, and what then stands. `None`: there is nobody to do it.
    fn expect(&mut self, step: Step) -> Option<&'static str> {
        let now = self.now;
        let who = match step {
            Step::Accept(who)
            | Step::Decline(who)
            | Step::Close(who, _)
            | Step::Stage(who)
            | Step::Stale(who)
            | Step::Team(who)
            | Step::Ask(who)
            | Step::Show(who)
            | Step::Invite(who) => who,
            Step::HandOver => Who::Seller,
            Step::Wait(_) | Step::ToDeadline(_) | Step::Sweep => return Some("done"),
        };
        let kind = self.kind;
        let vendor_open = self
            .vendor
            .last()
            .is_some_and(|side| !matches!(side.status, "expired" | "declined"));
        let invited_open = self
            .invited
            .last()
            .is_some_and(|side| !matches!(side.status, "expired" | "declined"));
        let side = self.side(who)?;
        if who == Who::OtherSeller {
            return Some("forbidden");
        }
        if side.over() {
            return Some("over");
        }
        let waits = side.status == "pending";
        Some(match step {
            Step::Stale(_) => "changed",
            Step::Accept(_) | Step::Decline(_) if !waits => "refused",
            Step::Accept(_) | Step::Decline(_) if side.expires.is_some_and(|deadline| now >= deadline) => "late",
            Step::Accept(_) => {
                (side.status, side.stage) = ("accepted", Some(10));
                "done"
            }
            Step::Decline(_) => {
                side.status = "declined";
                "done"
            }
            Step::Close(_, Action::Withdraw) if waits => {
                side.status = "error";
                "done"
            }
            Step::Close(..) | Step::Stage(_) | Step::Team(_) if waits => "refused",
            Step::Close(..) if !side.complete => "incomplete",
            Step::Close(_, action) => {
                side.status = match action {
                    Action::Win => "won",
                    Action::Lose => "lost",
                    _ => "error",
                };
                "done"
            }
            Step::Stage(_) => {
                side.stage = Some(40);
                "done"
            }
            Step::Team(_) => {
                side.complete = true;
                "done"
            }
            Step::HandOver => "done",
            _ if waits => "refused",
            _ if who != Who::Owner => "forbidden",
            Step::Show(_) if kind == "private" => {
                self.kind = "partner-led";
                "done"
            }
            Step::Ask(_) if !vendor_open => {
                self.kind = "co-sell";
                "done"
            }
            Step::Invite(_) if !invited_open => {
                if kind == "private" {
                    self.kind = "p2p";
                }
                "done"
            }
            _ => "refused",
        })
    }
}

fn random_step(random: &mut StdRng) -> Step {
    use Who::{Invited, OtherSeller, Owner, Seller};
    let who = *[Owner, Owner, Invited, Invited, Seller, Seller, Seller, OtherSeller]
        .choose(random)
        .unwrap();
    let ending = *[Action::Win, Action::Lose, Action::Withdraw].choose(random).unwrap();
    match random.random_range(0..100) {
        0..18 => Step::Accept(who),
        18..26 => Step::Decline(who),
        26..36 => Step::Close(who, ending),
        36..44 => Step::Stage(who),
        44..48 => Step::Stale(who),
        48..54 => Step::Team(who),
        54..64 => Step::Ask(who),
        64..68 => Step::Show(who),
        68..76 => Step::Invite(who),
        76..80 => Step::HandOver,
        80..86 => Step::Wait(random.random_range(1..9)),
        86..92 => Step::ToDeadline(random.random()),
        _ => Step::Sweep,
    }
}

struct Sequence<'a> {
    scene: &'a Scene,
    model: Model,
    /// What terminal referrals looked like when they ended.
    ended: HashMap<ReferralId, String>,
    done: Vec<(Step, &'static str)>,
}

impl Sequence<'_> {
    async fn begin(scene: &Scene, now: DateTime<Utc>, random: &mut StdRng) -> Model {
        let kind = *["private", "partner-led", "co-sell"].choose(random).unwrap();
        let mut new = super::scene::new_deal();
        match kind {
            "co-sell" => ask(&mut new),
            "partner-led" => new.visible = true,
            _ => {}
        }
        new.location = Some(scene.seoul);
        let id = service::create(&scene.by(&scene.admin, now), new).await.unwrap();
        let owner = Side { id, status: "accepted", expires: None, stage: Some(10), complete: true };
        let mut model = Model { kind, owner, invited: Vec::new(), vendor: Vec::new(), now };
        if kind == "co-sell" {
            model.vendor.push(sent(scene, id, scene.vendor, now).await);
        }
        model
    }

    async fn step(&mut self, step: Step) {
        let Some(expected) = self.model.expect(step) else { return };
        let got = self.act(step).await;
        self.done.push((step, expected));
        assert_eq!(got, expected, "{:#?}", self.done);
        if got == "done" {
            let (owner, now) = (self.model.owner.id, self.model.now);
            match step {
                Step::Ask(_) => self.model.vendor.push(sent(self.scene, owner, self.scene.vendor, now).await),
                Step::Invite(_) => {
                    let mut side = sent(self.scene, owner, self.scene.contoso, now).await;
                    side.complete = false;
                    self.model.invited.push(side);
                }
                Step::Sweep => {
                    let due = |side: &Side| side.status == "pending" && side.expires.is_some_and(|deadline| deadline <= now);
                    self.model
                        .sides()
                        .filter(|side| due(side))
                        .for_each(|side| side.status = "expired");
                }
                _ => {}
            }
        }
        self.compare().await;
    }

    async fn act(&mut self, step: Step) -> &'static str {
        let scene = self.scene;
        match step {
            Step::Wait(days) => self.model.now += TimeDelta::days(days),
            Step::ToDeadline(itself) => {
                let now = self.model.now;
                let waits = |side: &&mut Side| side.status == "pending";
                if let Some(deadline) = self
                    .model
                    .sides()
                    .filter(waits)
                    .filter_map(|side| side.expires)
                    .filter(|at| *at > now)
                    .min()
                {
                    self.model.now = if itself { deadline } else { deadline - TimeDelta::milliseconds(1) };
                }
            }
            Step::Sweep => while service::expire_due(&scene.db, self.model.now, 100).await.unwrap() > 0 {},
            Step::Accept(who)
            | Step::Decline(who)
            | Step::Close(who, _)
            | Step::Stage(who)
            | Step::Stale(who)
            | Step::Team(who)
            | Step::Ask(who)
            | Step::Show(who)
            | Step::Invite(who) => return kind(&self.act_as(who, step).await),
            Step::HandOver => return kind(&self.act_as(Who::Seller, step).await),
        }
        "done"
    }

    async fn act_as(&mut self, who: Who, step: Step) -> Result<(), ActError> {
        let scene = self.scene;
        let id = self.model.side(who).expect("expected above").id;
        let actor: &Actor = match who {
            Who::Owner => &scene.admin,
            Who::Invited => &scene.other,
            Who::Seller => scene.sellers_of(id).await.0,
            Who::OtherSeller => scene.sellers_of(id).await.1,
        };
        let seen = Some(scene.seen(id).await);
        let by = scene.by(actor, self.model.now);
        match step {
            Step::Accept(_) => service::accept(&by, id, seen, details()).await,
            Step::Decline(_) => service::decline(&by, id, seen, Reason::new(Action::Decline, 2).unwrap(), "").await,
            Step::Close(_, action) => {
                let reason = Reason::new(action, 1);
                service::close(&by, id, seen, action, reason, "").await
            }
            Step::Stage(_) => service::set_stage(&by, id, seen, 40).await,
            Step::Stale(_) => {
                let stale = seen.map(|seen| Seen { referral: seen.referral - 1, ..seen });
                service::accept(&by, id, stale, details()).await
            }
            Step::Team(_) => service::edit_team(&by, id, seen, vec![somebody(&actor.mail)]).await,
            Step::Ask(_) => service::ask_vendor(&by, id, seen, request()).await,
            Step::Show(_) => service::show_vendor(&by, id, seen).await,
            Step::Invite(_) => service::invite_partner(&by, id, seen, scene.contoso, None).await,
            Step::HandOver => service::hand_over(&by, id, seen, scene.sellers_of(id).await.1.user).await,
            Step::Wait(_) | Step::ToDeadline(_) | Step::Sweep => Ok(()),
        }
    }

    /// The database stands where the model stands, and what was over is as it was.
    async fn compare(&mut self) {
        // What lists filter by follows the engagement, which goes on without a side that is over.
        let rows: Vec<(ReferralId, String, Option<i16>, String, String)> = sqlx::query_as(
            "select r.referral_id, r.status, r.stage, e.deal_type, (to_jsonb(r) - 'facets')::text from referrals o join engagements e using (engagement_id)
             join referrals r using (engagement_id) where o.referral_id = $1",
        )
        .bind(self.model.owner.id)
        .fetch_all(&self.scene.db)
        .await
        .unwrap();
        let stands: HashMap<_, _> = rows.iter().map(|row| (row.0, row.1.as_str())).collect();
        let model: HashMap<_, _> = self.model.sides().map(|side| (side.id, side.status)).collect();
        assert_eq!(stands, model, "{:#?}", self.done);
        for (id, status, _, deal_type, whole) in rows {
            assert_eq!(deal_type, self.model.kind, "{:#?}", self.done);
            if !matches!(status.as_str(), "pending" | "received" | "accepted") {
                let before = self.ended.entry(id).or_insert_with(|| whole.clone());
                assert_eq!(*before, whole, "a closed referral was changed: {:#?}", self.done);
            }
        }
    }
}

/// What was just sent to an organisation.
async fn sent(scene: &Scene, deal: ReferralId, to: partner_portal::ids::OrganisationId, now: DateTime<Utc>) -> Side {
    let id = scene.referral_of(deal, to).await.expect("a referral");
    Side { id, status: "pending", expires: Some(now + TimeDelta::days(14)), stage: None, complete: true }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn random_sequences_do_what_the_model_does(db: PgPool) {
    let number = |name: &str, otherwise: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise);
    let (first, count) = (number("MODEL_SEED", 1), number("MODEL_SEQUENCES", 150));
    let scene = Scene::new(db).await;
    let mut now = at("2026-03-02T09:00:00Z");
    let (mut steps, mut kinds) = (0, HashMap::<&str, u64>::new());
    for seed in first..first + count {
        let mut random = StdRng::seed_from_u64(seed);
        let model = Sequence::begin(&scene, now, &mut random).await;
        let mut sequence = Sequence { scene: &scene, model, ended: HashMap::new(), done: Vec::new() };
        for _ in 0..random.random_range(4..20) {
            sequence.step(random_step(&mut random)).await;
        }
        steps += sequence.done.len();
        for (_, kind) in &sequence.done {
            *kinds.entry(kind).or_default() += 1;
        }
        // Sequences follow each other in time: the sweep of one must not find what another left waiting within its own time.
        now = sequence.model.now + TimeDelta::days(15);
        while service::expire_due(&scene.db, now, 100).await.unwrap() > 0 {}
    }
    println!("{count} sequences, {steps} steps: {kinds:?}");
    for kind in ["done", "refused", "over", "forbidden", "changed"] {
        assert!(kinds.contains_key(kind), "no step was {kind}");
    }
}
