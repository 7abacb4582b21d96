//! An entry of the journal: one turn's facts about one aggregate.

use super::header::Header;
use super::kinds::Fact;

/// One turn's facts about one aggregate.
#[derive(Clone, PartialEq, Eq, Debug, minicbor::Encode, minicbor::Decode)]
pub struct Entry {
    /// What they share.
    #[n(0)]
    pub header: Header,
    /// What happened, in order.
    #[n(1)]
    pub facts: Vec<Fact>,
}
