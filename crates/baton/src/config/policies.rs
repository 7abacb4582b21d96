//! The texts of the policies that say who may what.

/// A file of policies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PolicyText {
    /// What it is called.
    pub name: String,
    /// What it says.
    pub text: String,
}
