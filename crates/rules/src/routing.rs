//! Routes: in which order an owner is looked for, and the pools and queues that they name.
//!
//! Read in this order: what there is to read (here), how it is read (`read`), and whether every
//! lead reaches an owner (`proof`).

mod proof;

mod read;

use domain::handoff::{MemberId, QueueName};
use notation::{Duration, Span, Spanned};

use crate::expression::{Condition, Expression, Frame};
use crate::scene::{Scene, Truth};
use crate::team::{Member, Team};

pub(crate) use read::RouteNames;

/// The routes, pools and queues of a strategy.
#[derive(Clone, Debug, Default)]
pub struct Routing {
    /// In the order in which they are tried.
    pub routes: Vec<Route>,
    /// By place; routes name them by it.
    pub pools: Vec<Pool>,
    /// By place; routes name them by it.
    pub queues: Vec<Queue>,
}

/// A route: the first one that holds and finds somebody says the owner.
#[derive(Clone, Debug)]
pub struct Route {
    /// What people call it.
    pub name: Spanned<String>,
    /// When it is tried; always without.
    pub when: Option<Condition>,
    /// Where it leads.
    pub to: Target,
    /// Where it stands.
    pub span: Span,
}

/// Where a route leads.
#[derive(Clone, Debug)]
pub enum Target {
    /// Nowhere, on purpose, with this reason.
    Hold(String),
    /// To the member whose id this is.
    Person {
        /// Their id.
        id: Expression,
        /// How well it must be known that the person belongs to the account.
        link: Link,
    },
    /// To the owner that `named_accounts.csv` names for this domain.
    List {
        /// The file's name.
        file: String,
        /// What is looked up.
        by: Expression,
        /// How well it must be known that the person belongs to the account.
        link: Link,
    },
    /// To somebody of a pool, by its place.
    Pool(usize),
    /// To the owner or pool of the account's territory.
    Territory {
        /// The file's name.
        file: String,
    },
    /// Into a queue, by its place.
    Queue(usize),
}

/// How well it must be known that a person belongs to the account whose owner a route leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Link {
    /// The route asks for nothing of the account.
    Unasked,
    /// A source verifies what names the company: whoever types an address does not get the owner.
    Verified,
    /// `by: claimed(account.domain)`: what the person claims counts.
    Claimed,
}

/// What a route's condition came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RouteMatch {
    /// Whether it holds.
    pub truth: Truth,
    /// The first conjunct that does not, or is unknown; [`u16::MAX`] where all hold.
    pub conjunct: u16,
}

/// Members who take turns.
#[derive(Clone, Debug)]
pub struct Pool {
    /// The name.
    pub name: Spanned<String>,
    /// Who belongs to it.
    pub members: Condition,
    /// Whether each member belongs to it, by their place in the team; none where that depends on
    /// the lead.
    pub fixed: Option<Vec<Truth>>,
    /// How the next is found.
    pub method: Method,
    /// How much each may get.
    pub caps: Caps,
    /// What happens when everybody is away.
    pub all_away: Otherwise,
    /// What happens when everybody present has reached a cap.
    pub all_capped: Otherwise,
    /// What happens when an offer is not taken in time.
    pub offer: Unanswered,
    /// Where it stands.
    pub span: Span,
}

/// How the next member of a pool is found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    /// All alike, in turn.
    InTurn,
    /// In turn, by weight.
    Weighted,
    /// Who has the least open work.
    LeastOpenWork,
}

/// How much each member may get.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Caps {
    /// In sixty minutes.
    pub hour: Option<u32>,
    /// On one date of the member's calendar.
    pub day: Option<u32>,
    /// In one week from Monday, by the member's calendar.
    pub week: Option<u32>,
    /// In one month, by the member's calendar.
    pub month: Option<u32>,
    /// Open at once.
    pub open: Option<u32>,
}

/// What happens when nobody of a pool can have it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Otherwise {
    /// It waits until somebody can.
    Hold,
    /// The next route is tried.
    NextRoute,
    /// Another pool is asked, by its place.
    Pool(usize),
    /// Hours and holidays are ignored, never leave.
    IgnoreHours,
}

/// What happens when an offer is not taken in time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unanswered {
    /// The next member gets it.
    NextMember,
    /// It stays where it is.
    Stay,
    /// Into a queue, by its place.
    Queue(usize),
}

/// Where leads wait for a person; somebody owns it.
#[derive(Clone, Debug)]
pub struct Queue {
    /// The name.
    pub name: QueueName,
    /// Who answers for it.
    pub owner: MemberId,
    /// Until when somebody must act, in the owner's calendar.
    pub within: Duration,
    /// Whether people are alarmed when it takes longer.
    pub alarm: bool,
    /// Where it stands.
    pub span: Span,
}

impl Routing {
    /// Of the routes before `until`, the one that lacked least: the fewest conjuncts, at least one
    /// of which held.
    pub fn nearest(&self, frame: &Frame<'_>, until: u16) -> Option<u16> {
        let lacking = |route: &Route| {
            let when = route.when.as_ref()?;
            let lacking = when.lacking(frame);
            (lacking > 0 && lacking < when.conjuncts()).then_some(lacking)
        };
        let routes = self.routes.iter().take(usize::from(until)).enumerate();
        let missed = routes.filter_map(|(at, route)| Some((lacking(route)?, at as u16)));
        missed.min().map(|(_, at)| at)
    }

    /// What a route's condition looked at, in words: all of it where it held, else the conjunct
    /// that did not.
    pub fn explain(&self, route: u16, judged: RouteMatch, scene: &dyn Scene) -> Vec<String> {
        let when = self.routes.get(usize::from(route)).and_then(|route| route.when.as_ref());
        match when {
            None => Vec::new(),
            Some(when) if judged.truth.holds() => when.explain(scene),
            Some(when) => when.explain_conjunct(judged.conjunct, scene),
        }
    }

    /// The pool of that name.
    pub fn pool(&self, name: &str) -> Option<(usize, &Pool)> {
        self.pools.iter().enumerate().find(|(_, pool)| pool.name.value == name)
    }

    /// The queue of that name.
    pub fn queue(&self, name: &str) -> Option<(usize, &Queue)> {
        self.queues.iter().enumerate().find(|(_, queue)| queue.name.0 == name)
    }
}

impl Route {
    /// What its condition comes to.
    pub fn judge(&self, frame: &Frame<'_>) -> RouteMatch {
        let (truth, conjunct) =
            self.when.as_ref().map_or((Truth::Yes, u16::MAX), |when| when.judge(frame));
        RouteMatch { truth, conjunct }
    }

    /// Whether no lead goes past it: it always holds and always ends.
    pub const fn is_catch_all(&self) -> bool {
        self.when.is_none() && matches!(self.to, Target::Queue(_) | Target::Hold(_))
    }
}

impl Pool {
    /// Whether a member belongs to it, for this lead.
    pub fn has(&self, team: &Team, place: usize, scene: &dyn Scene) -> Truth {
        match (&self.fixed, team.members.get(place)) {
            (Some(fixed), _) => fixed.get(place).copied().unwrap_or(Truth::No),
            (None, Some(member)) => self.members.holds_of(scene, &member.fields),
            (None, None) => Truth::No,
        }
    }

    /// The places in the team of all who can belong to it, in the order of the team.
    pub fn places<'a>(&'a self, team: &'a Team) -> impl Iterator<Item = usize> + 'a {
        (0..team.members.len())
            .filter(|place| self.fixed.as_ref().is_none_or(|fixed| fixed[*place] == Truth::Yes))
    }

    /// Who belongs to it whatever the lead; nobody where that depends on the lead.
    pub(crate) fn sure_members<'a>(&'a self, team: &'a Team) -> impl Iterator<Item = &'a Member> {
        let members = team.members.iter().zip(self.fixed.iter().flatten());
        members.filter(|(_, belongs)| belongs.holds()).map(|(member, _)| member)
    }

    fn fix(&mut self, team: &Team) {
        if self.members.asks_beyond_members() {
            return;
        }
        let nothing = crate::scene::Nothing(domain::Moment::EPOCH);
        let belongs = |member: &Member| self.members.holds_of(&nothing, &member.fields);
        self.fixed = Some(team.members.iter().map(belongs).collect());
    }
}

impl Method {
    /// The words in `routing.yaml`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InTurn => "in turn",
            Self::Weighted => "weighted",
            Self::LeastOpenWork => "least open work",
        }
    }
}
