//! Handoffs: who owns a lead, what state the transfer is in, and what was decided.

use std::fmt;

use crate::text::Text;

/// A member of the team, as `team.csv` names them. Employees' names are configuration.
#[derive(
    Clone,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    minicbor::Encode,
    minicbor::Decode,
    serde::Serialize,
)]
#[cbor(transparent)]
#[serde(transparent)]
pub struct MemberId(#[n(0)] pub Text);

/// A queue, as `routing.yaml` names it.
#[derive(
    Clone,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    minicbor::Encode,
    minicbor::Decode,
    serde::Serialize,
)]
#[cbor(transparent)]
#[serde(transparent)]
pub struct QueueName(#[n(0)] pub String);

/// Who has a handoff. There is exactly one at every committed instant.
#[derive(
    Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, minicbor::Encode, minicbor::Decode,
)]
pub enum Owner {
    /// Nobody yet, or nobody any more: the engine sees to it.
    #[n(0)]
    Engine,
    /// A member of the team.
    #[n(1)]
    Person(#[n(0)] MemberId),
    /// A queue that somebody owns.
    #[n(2)]
    Queue(#[n(0)] QueueName),
}

impl Owner {
    /// `person`, `queue` or `engine`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Engine => "engine",
            Self::Person(_) => "person",
            Self::Queue(_) => "queue",
        }
    }

    /// The member's or the queue's id; `engine` for the engine.
    pub fn id(&self) -> &str {
        match self {
            Self::Engine => "engine",
            Self::Person(member) => &member.0,
            Self::Queue(queue) => &queue.0,
        }
    }
}

impl serde::Serialize for Owner {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut owner = s.serialize_struct("Owner", 2)?;
        owner.serialize_field("kind", self.kind())?;
        owner.serialize_field("id", self.id())?;
        owner.end()
    }
}

impl fmt::Debug for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for QueueName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for QueueName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! named {
    ($(#[$meta:meta])* $type:ident { $($(#[$doc:meta])* $number:literal $name:ident $text:literal;)* }) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, minicbor::Encode,
            minicbor::Decode,
        )]
        #[cbor(index_only)]
        pub enum $type { $($(#[$doc])* #[n($number)] $name,)* }

        impl $type {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word in JSON, logs and pages.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// Reads the word; what people write with spaces has hyphens here.
            pub fn named(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == text)
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(self.as_str())
            }
        }
    };
}
pub(crate) use named;

named! {
    /// Where a handoff is.
    State {
        /// The decision wants it.
        0 Proposed "proposed";
        /// Its contract has passed.
        1 Checked "checked";
        /// A person is asked.
        2 InReview "in-review";
        /// In a queue that somebody owns.
        3 Queued "queued";
        /// Offered to an owner, with a deadline.
        4 Offered "offered";
        /// The owner took it.
        5 Accepted "accepted";
        /// The first human touch has happened.
        6 Working "working";
        /// A meeting took place.
        7 Met "met";
        /// The owner says that the lead is qualified.
        8 Qualified "qualified";
        /// Won. The end.
        9 Won "won";
        /// Lost. The end.
        10 Lost "lost";
        /// Kept on purpose, with a named reason.
        11 Held "held";
        /// The owner refused; it goes to the next.
        12 Rejected "rejected";
        /// The offer ran out; it goes to the next.
        13 Expired "expired";
        /// Back to nurture, with a return date. The end of this handoff.
        14 Recycled "recycled";
        /// Never a customer. The end.
        15 Disqualified "disqualified";
        /// Taken back. The end.
        16 Withdrawn "withdrawn";
        /// On the error path.
        17 Faulted "faulted";
        /// Back from the error path.
        18 Repaired "repaired";
    }
}

impl State {
    /// Whether nothing comes after it.
    pub const fn is_terminal(self) -> bool {
        matches!(
            self,
            Self::Won | Self::Lost | Self::Recycled | Self::Disqualified | Self::Withdrawn
        )
    }

    /// Whether an owner has taken it and works it.
    pub const fn is_active_work(self) -> bool {
        matches!(self, Self::Accepted | Self::Working | Self::Met | Self::Qualified)
    }
}

named! {
    /// What a decision says is to be done.
    Action {
        /// To an owner, now.
        0 HandOff "hand-off";
        /// A sequence of touches first.
        1 StartSequence "start-sequence";
        /// A meeting is to be asked for.
        2 RequestMeeting "request-meeting";
        /// More must be known first.
        3 EnrichFirst "enrich-first";
        /// Not yet.
        4 Nurture "nurture";
        /// A person decides.
        5 AskAPerson "ask-a-person";
        /// Never contact.
        6 Suppress "suppress";
    }
}

named! {
    /// How much an action may do by itself.
    Autonomy {
        /// Does it.
        0 Automatic "automatic";
        /// Does it and tells.
        1 Notice "notice";
        /// Asks first.
        2 Review "review";
        /// Does not.
        3 Forbidden "forbidden";
    }
}

named! {
    /// A target of an SLA.
    Target {
        /// The owner takes it.
        0 Accept "accept";
        /// The first human touch.
        1 FirstTouch "first-touch";
        /// The lead is to be qualified or let go.
        2 Qualify "qualify";
    }
}

named! {
    /// Something about a handoff that somebody is told of, beside the states that it comes into.
    Occasion {
        /// A target's warning was reached.
        0 Warned "warned";
        /// A target was missed.
        1 Breached "breached";
        /// The chain on silence reminds the owner.
        2 Reminded "reminded";
        /// The chain on silence tells the owner's manager.
        3 Escalated "escalated";
        /// It waits: nobody is there or has room, or its queue was not looked into in time.
        4 Waiting "waiting";
        /// Nobody was found, and a queue has it.
        5 Unrouted "unrouted";
        /// It went from one person to another owner.
        6 Reassigned "reassigned";
        /// A person is asked to look at it first.
        7 Reviewed "reviewed";
    }
}

impl Occasion {
    /// Whether it concerns the owner of that moment alone: once somebody else has the handoff,
    /// telling it is pointless.
    pub const fn is_for_its_owner(self) -> bool {
        matches!(self, Self::Warned | Self::Reminded)
    }
}

named! {
    /// A place where one part's output becomes another's input.
    Seam {
        /// What a source sends.
        0 Signal "signal";
        /// What the decision leans on.
        1 Score "score";
        /// What routing leans on.
        2 Decision "decision";
        /// What the owner reads.
        3 Brief "brief";
        /// What leaves.
        4 Delivery "delivery";
    }
}

named! {
    /// Where a delivery is.
    DeliveryState {
        /// Waits for its turn.
        0 Queued "queued";
        /// An attempt is recorded; its answer is not.
        1 Attempting "attempting";
        /// The effect is there.
        2 Delivered "delivered";
        /// It never got there.
        3 Failed "failed";
        /// It was there and was taken back.
        4 Compensated "compensated";
        /// It was not sent, or is no longer wanted.
        5 Withdrawn "withdrawn";
    }
}

impl DeliveryState {
    /// Whether nothing more is tried; only `delivered` may still become `compensated`.
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Delivered | Self::Failed | Self::Compensated | Self::Withdrawn)
    }
}

named! {
    /// Who did something.
    Actor {
        /// The engine itself.
        0 Engine "engine";
        /// A source.
        1 Source "source";
        /// A person, through the API or the pages.
        2 Person "person";
        /// The one who runs the command line.
        3 Operator "operator";
        /// A destination's answer.
        4 Destination "destination";
        /// Time ran out, and nobody acted.
        5 Clock "clock";
    }
}
