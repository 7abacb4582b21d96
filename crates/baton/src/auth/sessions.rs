//! Sessions: which secret is whose, and until when. Only the hash of a secret is kept, and no address.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{Moment, Span, UserId};
use store::StoreError;

use super::token::Token;

/// How long somebody stays signed in.
pub const SESSION_LASTS: Span = Span::hours(12);
/// Sessions of one user; with one more the oldest ends.
const OF_ONE_USER_MAX: usize = 20;
/// Sessions of all users; with one more the one that ends first is ended.
const SESSIONS_MAX: usize = 20_000;

/// Whose a secret is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Session {
    /// The user.
    pub user: UserId,
    /// The generation of their sessions that it belongs to. One of an earlier generation is over.
    pub generation: u32,
    /// When it ends by itself.
    pub expires: Moment,
}

/// All sessions that are open, by the hash of their secrets.
#[derive(Debug, Default)]
pub struct Sessions(Mutex<BTreeMap<[u8; 32], Session>>);

impl Sessions {
    /// Begins a session under a new secret: one that a browser had before is never taken over.
    pub fn begin(&self, user: UserId, generation: u32, now: Moment) -> Result<Token, StoreError> {
        let token = Token::draw()?;
        let session = Session { user, generation, expires: now + SESSION_LASTS };
        let mut open = self.lock();
        open.retain(|_, session| session.expires > now);
        let of_user = open.values().filter(|session| session.user == user).count();
        if of_user >= OF_ONE_USER_MAX {
            end_first(&mut open, |session| session.user == user);
        }
        if open.len() >= SESSIONS_MAX {
            end_first(&mut open, |_| true);
        }
        open.insert(token.hash(), session);
        Ok(token)
    }

    /// Whose this secret is; nobody's once its session has ended.
    pub fn find(&self, token: &Token, now: Moment) -> Option<Session> {
        // The table is searched by a hash, so that time tells nothing of the secret.
        self.lock().get(&token.hash()).copied().filter(|session| session.expires > now)
    }

    /// Ends a session.
    pub fn end(&self, token: &Token) {
        self.lock().remove(&token.hash());
    }

    /// Ends all sessions of a user: they are signed out everywhere.
    pub fn end_all_of(&self, user: UserId) {
        self.lock().retain(|_, session| session.user != user);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<[u8; 32], Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends the one of these that would end first.
fn end_first(open: &mut BTreeMap<[u8; 32], Session>, of: impl Fn(&Session) -> bool) {
    let these = open.iter().filter(|(_, session)| of(session));
    let first = these.min_by_key(|(_, session)| session.expires).map(|(hash, _)| *hash);
    if let Some(first) = first {
        open.remove(&first);
    }
}

#[cfg(test)]
mod tests;
