//! Acting: what people do to a handoff or to the desk, whoever asks over whichever face.
//!
//! A face says who acts ([`Actor`]) and reads what they want ([`Wanted`]); here it is decided as whom
//! they act and whether that member may (`permission`), and it is done over the handoff as it stands
//! ([`perform()`]). What is done to the desk ([`desk`]) has a group of its own, so that what would come
//! of it can be told and forgotten; so has a change of who is who ([`identity`]). What is erased
//! ([`erasure`]) is told beforehand and cannot be taken back. A test message
//! ([`test_message`]) belongs to no handoff, and what is held ([`quarantine`]) to none yet.

pub mod actor;
pub mod desk;
pub mod erasure;
pub mod identity;
pub mod quarantine;
pub mod test_message;
pub mod verb;
pub mod wanted;

pub mod request;

mod group;

mod permission;

mod perform;

pub use actor::Actor;
pub use group::Undone;
pub use perform::perform;
pub use permission::{may_do, may_tell};
pub use request::{ActRequest, Acted, Once};
pub use verb::Verb;
pub use wanted::{NewOwner, Wanted};
