//! Acting: what people do to a handoff, whoever asks over whichever face.
//!
//! A face says who acts ([`Actor`]) and reads what they want ([`Wanted`]); here it is decided as whom
//! they act and whether that member may (`permission`), and it is done over the handoff as it stands
//! ([`perform()`]).

pub mod actor;
pub mod wanted;

pub mod request;

mod permission;

mod perform;

pub use actor::Actor;
pub use perform::perform;
pub use permission::may_tell;
pub use request::{ActRequest, Acted, Once};
pub use wanted::{NewOwner, Wanted};
