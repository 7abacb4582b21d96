//! What came of an attempt at an errand.

use crate::moment::Moment;
use crate::reason::Code;

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The effect is there.
    Delivered {
        /// The destination's status, where it has such.
        status: Option<u16>,
    },
    /// Not now, or nobody knows: try again with the same key.
    Later {
        /// The code of the reason.
        code: Code,
        /// The destination's status, where it gave one.
        status: Option<u16>,
        /// Not before, where the destination said so. It is obeyed up to an hour.
        not_before: Option<Moment>,
    },
    /// Never, as it stands.
    Never {
        /// The code of the reason.
        code: Code,
        /// The destination's status, where it gave one.
        status: Option<u16>,
    },
}
