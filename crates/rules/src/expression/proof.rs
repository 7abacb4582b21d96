//! Whether a condition can hold at all, whether it can fail, and what it needs for either.
//!
//! A condition is made of tests of terms (`formula`). Each term is cut into regions that its tests cannot
//! tell apart inside (`region`). A search over regions, which knows three truths, says whether there is
//! a lead of which all that is asked for holds (`search`). Where it cannot tell, it claims nothing: tests
//! of two terms are taken as independent, so that it may find a lead that there is not, and never
//! the other way round. What is told of one condition stands in `findings`.

mod findings;

mod formula;

mod region;

mod search;

pub(crate) use findings::tell;
pub(crate) use search::{Budget, Found, Problem, Wanted};
