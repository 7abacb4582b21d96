//! Acting: what people do to a handoff, whoever asks over whichever face.

pub mod request;

mod perform;

pub use perform::perform;
pub use request::{ActRequest, Acted, Once};
