//! What the keeper can be told, and how it answers.

use connectors::reading::Item;
use crank::{Disclosure, IntakeResult};
use domain::errand::{Answer, ErrandId};
use domain::signal::SourceName;
use tokio::sync::oneshot;

use super::admission::Admitted;
use super::waiters::Waiter;
use crate::auth::grants::Grants;
use crate::local::request::{Request, Response};
use crate::service::act::desk::{DeskRequest, DeskRow};
use crate::service::act::request::{ActRequest, Acted};
use crate::service::setback::Setback;

/// Where an answer goes. Whoever asked may have gone.
pub type Reply<T> = oneshot::Sender<Result<T, Setback>>;

/// What the keeper can be told. What says so is done in one group with others, and answered once
/// that is durable.
pub enum Command {
    /// Take items in.
    Accept(Accept),
    /// Do something to a handoff.
    Act(Act),
    /// Do something to the desk. Has a group of its own.
    Desk(Desk),
    /// Something that leaves no fact, such as a body that was refused as a whole.
    Count(&'static str),
    /// Personal data is about to be read in clear.
    Unsealed(Unsealed),
    /// A destination answered, or did not.
    Answered(Answered),
    /// What a verb of the command line asks. Has groups of its own.
    Local(Local),
    /// Take no more, finish what is there and end.
    Stop,
}

/// Take items in.
pub struct Accept {
    /// The configured source.
    pub source: SourceName,
    /// Whether it may say what came of handoffs.
    pub tells: Tells,
    /// What one request brought, in order.
    pub items: Vec<Item>,
    /// Told when the first accepted signal is decided.
    pub decided: Option<Waiter>,
    /// How much they hold, in bytes.
    pub bytes: usize,
    /// Their place among what may wait.
    pub admitted: Admitted,
    /// What came of each, in order.
    pub reply: Reply<Vec<IntakeResult>>,
}

/// Whether whoever sends may say what came of handoffs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Tells {
    /// A key that may act for every member.
    Outcomes,
    /// A key that may work handoffs, as this member.
    OutcomesOf(String, Grants),
    /// Anybody else, such as a key that may work and names no member: what they say of handoffs waits for a person.
    Nothing,
}

/// Do something to a handoff.
pub struct Act {
    /// What is asked.
    pub request: ActRequest,
    /// The handoff as it is afterwards.
    pub reply: Reply<Acted>,
}

/// Do something to the desk.
pub struct Desk {
    /// What is asked.
    pub request: DeskRequest,
    /// What the desk knows of the member afterwards.
    pub reply: Reply<DeskRow>,
}

/// What a verb of the command line asks.
pub struct Local {
    /// What is asked for.
    pub request: Box<Request>,
    /// How large it was as it came, in bytes.
    pub bytes: usize,
    /// For rows of an import, their place among what may wait.
    pub admitted: Option<Admitted>,
    /// The answer.
    pub reply: oneshot::Sender<Response>,
}

/// Personal data is about to be read in clear.
pub struct Unsealed {
    /// By whom, whose and what for.
    pub disclosure: Disclosure,
    /// When it is recorded. Without that nothing is read.
    pub reply: Reply<()>,
}

/// What came of an attempt.
pub struct Answered {
    /// At which errand.
    pub errand: ErrandId,
    /// Which attempt.
    pub attempt: u32,
    /// What the destination answered.
    pub answer: Answer,
}

impl Command {
    /// How much memory it holds, roughly, in bytes.
    pub fn weight(&self) -> usize {
        match self {
            Self::Accept(accept) => accept.bytes + accept.items.len() * 512,
            Self::Local(local) => local.bytes.max(4096),
            Self::Act(_)
            | Self::Desk(_)
            | Self::Count(_)
            | Self::Unsealed(_)
            | Self::Answered(_)
            | Self::Stop => 4096,
        }
    }

    /// How many signals it brings.
    pub fn signals(&self) -> usize {
        match self {
            Self::Accept(accept) => accept.items.len(),
            Self::Act(_)
            | Self::Desk(_)
            | Self::Count(_)
            | Self::Unsealed(_)
            | Self::Answered(_)
            | Self::Local(_)
            | Self::Stop => 0,
        }
    }
}
