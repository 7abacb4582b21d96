//! Who may: the credentials that the program knows, and what each may do.
//!
//! What somebody may is said by policies ([`policies`]) and by nothing else: an [`action::Action`] that no policy
//! grants nobody may.
//!
//! A program shows a key. A person has a session: a secret in a cookie, of which only the hash is kept. Who
//! its user is and what they may do is looked up with every request, so that a change of role ends what was
//! open before it.

pub mod credential;

pub mod action;

pub mod scope;

pub mod grants;

pub mod policies;

pub mod keys;

pub mod uses;

pub mod users;

pub mod passwords;

pub mod totp;

pub mod pending;

pub mod oidc;

pub mod attempts;

pub mod token;

pub mod sessions;

pub mod accept_links;

pub mod cookie;

pub mod origin;
