//! Charts as SVG from the server: each with a title and a description for those who do not see it.

mod bars;
mod funnel;
mod times;

pub use bars::{Bullet, Contribution, bullet, columns, contribution, meter};
pub use funnel::{Stage, funnel};
pub use times::{Bar, Mark, bar, histogram, share_line};
