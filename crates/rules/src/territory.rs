//! Territories and named accounts: who owns by where and by name.
