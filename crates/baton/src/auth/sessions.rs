//! Sessions: which secret is whose, and until when. Only the hash of a secret is kept, and no address.
//!
//! They are looked up in memory. Beside it a file keeps them, so that nobody has to sign in again because
//! the server was started again.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{Moment, Span, UserId};
use store::StoreError;
use store::sqlite::{SessionFile, SessionRow};
use tracing::warn;

use super::token::Token;
use super::users::UserTable;

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

type Open = BTreeMap<[u8; 32], Session>;

/// All sessions that are open, by the hash of their secrets.
#[derive(Debug, Default)]
pub struct Sessions {
    open: Mutex<Open>,
    /// Written before a session can be found in memory, and after it is gone from there. Whoever looks one
    /// up never waits for the disk.
    kept: Mutex<Option<SessionFile>>,
}

impl Sessions {
    /// Takes over what the last server kept, of users who may still be signed in as they were. From here on
    /// sessions are kept in the file.
    pub fn keep_in(
        &self,
        (mut file, rows): (SessionFile, Vec<SessionRow>),
        users: &UserTable,
        now: Moment,
    ) {
        let goes_on = |row: &SessionRow| {
            let user = users.user(row.user);
            row.expires > now && user.is_some_and(|user| user.generation == row.generation)
        };
        let (kept, over): (Vec<SessionRow>, Vec<SessionRow>) = rows.into_iter().partition(goes_on);
        let over: Vec<[u8; 32]> = over.iter().map(|row| row.hash).collect();
        if let Err(error) = file.end(&over) {
            // What is over must not come back under another generation of its user.
            warn!("Could not take ended sessions out of their file: {error}. All of them end.");
            let _ = file.discard();
            return;
        }
        let known = kept.into_iter().map(|row| {
            let SessionRow { hash, user, generation, expires } = row;
            (hash, Session { user, generation, expires })
        });
        self.lock().extend(known);
        *self.file() = Some(file);
    }

    /// Begins a session under a new secret: one that a browser had before is never taken over.
    pub fn begin(&self, user: UserId, generation: u32, now: Moment) -> Result<Token, StoreError> {
        let token = Token::draw()?;
        let session = Session { user, generation, expires: now + SESSION_LASTS };
        let hash = token.hash();
        let row = SessionRow { hash, user, generation, expires: session.expires };
        let ended = make_room(&mut self.lock(), user, now);
        let mut file = self.file();
        end_in(&mut file, |file| file.end(&ended));
        if let Some(Err(error)) = file.as_mut().map(|file| file.put(&row)) {
            warn!("Could not keep a session: {error}. It ends with the server.");
        }
        drop(file);
        self.lock().insert(hash, session);
        Ok(token)
    }

    /// Whose this secret is; nobody's once its session has ended.
    pub fn find(&self, token: &Token, now: Moment) -> Option<Session> {
        // The table is searched by a hash, so that time tells nothing of the secret.
        self.lock().get(&token.hash()).copied().filter(|session| session.expires > now)
    }

    /// Ends a session.
    pub fn end(&self, token: &Token) {
        let hash = token.hash();
        if self.lock().remove(&hash).is_some() {
            end_in(&mut self.file(), |file| file.end(&[hash]));
        }
    }

    /// Ends all sessions of a user: they are signed out everywhere.
    pub fn end_all_of(&self, user: UserId) {
        self.lock().retain(|_, session| session.user != user);
        end_in(&mut self.file(), |file| file.end_all_of(user));
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn file(&self) -> MutexGuard<'_, Option<SessionFile>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes sessions out of the file. Where that fails, a full disk for one, the file goes as a whole: a session
/// that somebody ended must not open anything after the next start.
fn end_in(
    kept: &mut Option<SessionFile>,
    end: impl FnOnce(&mut SessionFile) -> Result<(), StoreError>,
) {
    let Some(Err(error)) = kept.as_mut().map(end) else { return };
    warn!("Could not take a session out of its file: {error}. All of them end with the server.");
    if let Some(Err(error)) = kept.take().map(SessionFile::discard) {
        warn!("Could not remove the file of sessions: {error}. Remove it before the next start.");
    }
}

/// Makes room for one more of a user's: ends what is over, and where the user or all of them have too many,
/// the one that would end first. Says which.
fn make_room(open: &mut Open, user: UserId, now: Moment) -> Vec<[u8; 32]> {
    let over = open.iter().filter(|(_, session)| session.expires <= now);
    let mut ended: Vec<[u8; 32]> = over.map(|(hash, _)| *hash).collect();
    open.retain(|_, session| session.expires > now);
    let of_user = open.values().filter(|session| session.user == user).count();
    if of_user >= OF_ONE_USER_MAX {
        ended.extend(end_first(open, |session| session.user == user));
    }
    if open.len() >= SESSIONS_MAX {
        ended.extend(end_first(open, |_| true));
    }
    ended
}

/// Ends the one of these that would end first.
fn end_first(open: &mut Open, of: impl Fn(&Session) -> bool) -> Option<[u8; 32]> {
    let these = open.iter().filter(|(_, session)| of(session));
    let first = these.min_by_key(|(_, session)| session.expires).map(|(hash, _)| *hash)?;
    open.remove(&first);
    Some(first)
}

#[cfg(test)]
mod tests;
