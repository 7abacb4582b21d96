//! The house is as it says: each rule finds nothing in the tree, and finds what is planted.

mod planted;
mod reading;
mod rooms;
mod standing;
