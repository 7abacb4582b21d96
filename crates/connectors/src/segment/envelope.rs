//! Which call a message is, and what all messages of a body share.

use domain::Moment;

use crate::json::Object;

/// The stream of all messages of Segment's.
pub const ORIGIN: &str = "segment";

/// What a route, or a message's `type`, says that happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Call {
    /// Somebody did something.
    Track,
    /// Somebody said who they are.
    Identify,
    /// Somebody looked at a page.
    Page,
    /// Somebody looked at a screen of an app.
    Screen,
    /// Somebody belongs to a company.
    Group,
    /// Two ids are one somebody.
    Alias,
    /// Several messages.
    Batch,
}

impl Call {
    pub(super) const ALL: [Self; 7] = [
        Self::Track,
        Self::Identify,
        Self::Page,
        Self::Screen,
        Self::Group,
        Self::Alias,
        Self::Batch,
    ];

    /// The call of a route or a `type`: its name, or the letter that browsers use.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|call| call.name() == name || &call.name()[..1] == name)
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Track => "track",
            Self::Identify => "identify",
            Self::Page => "page",
            Self::Screen => "screen",
            Self::Group => "group",
            Self::Alias => "alias",
            Self::Batch => "batch",
        }
    }
}

/// What all messages of a body share.
pub(super) struct Envelope<'a> {
    pub(super) received: Moment,
    pub(super) sent: Option<Moment>,
    pub(super) context: Object<'a>,
}
