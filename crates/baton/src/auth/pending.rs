//! Who has shown a password that fits, and is still to show the code of their second factor. In memory, for
//! a few minutes and a few tries: whoever is too late or too often wrong shows the password again.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{Moment, Span, UserId};
use store::StoreError;

use super::token::Token;

/// How long somebody has for the code.
const LASTS: Span = Span::minutes(5);
/// Codes that are looked at for one password that fits.
const TRIES: u32 = 5;
/// How many are waited for at a time; with one more the one that ends first is ended.
const PENDING_MAX: usize = 10_000;
/// Codes of an app that are looked at for one user within so long, whoever shows them. A recovery code is
/// looked at beyond that: it cannot be guessed, so nobody can keep the user out.
const CODES: (u32, Span) = (20, Span::minutes(10));

/// Who is to show a code.
#[derive(Debug, Default)]
pub struct PendingSignIns(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    waiting: BTreeMap<[u8; 32], Waiting>,
    codes: BTreeMap<UserId, (Moment, u32)>,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    user: UserId,
    generation: u32,
    until: Moment,
    tries: u32,
}

/// Whether a code is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Look {
    /// It is, as one of this user, whose sessions have this generation.
    At(UserId, u32),
    /// Too many were shown for this user.
    Later,
    /// The password has to be shown first.
    PasswordFirst,
}

impl PendingSignIns {
    /// Somebody has shown a password that fits; what they carry until they have shown the code.
    pub fn begin(&self, user: UserId, generation: u32, now: Moment) -> Result<Token, StoreError> {
        let token = Token::draw()?;
        let mut table = self.lock();
        table.waiting.retain(|_, waiting| waiting.until > now);
        if table.waiting.len() >= PENDING_MAX {
            let first = table.waiting.iter().min_by_key(|(_, waiting)| waiting.until);
            let first = first.map(|(hash, _)| *hash);
            first.and_then(|first| table.waiting.remove(&first));
        }
        let waiting = Waiting { user, generation, until: now + LASTS, tries: 0 };
        table.waiting.insert(token.hash(), waiting);
        Ok(token)
    }

    /// Counts a code, before it is looked at.
    pub fn count(&self, token: &Token, is_recovery: bool, now: Moment) -> Look {
        let mut table = self.lock();
        let Table { waiting, codes } = &mut *table;
        let known = waiting.get_mut(&token.hash()).filter(|known| known.until > now);
        let Some(known) = known.filter(|known| known.tries < TRIES) else {
            return Look::PasswordFirst;
        };
        known.tries += 1;
        if is_recovery || count_code(codes, known.user, now) {
            Look::At(known.user, known.generation)
        } else {
            Look::Later
        }
    }

    /// Counts a code of somebody who is signed in; whether it is looked at.
    pub fn may_show(&self, user: UserId, is_recovery: bool, now: Moment) -> bool {
        is_recovery || count_code(&mut self.lock().codes, user, now)
    }

    /// The code was right: what they carried is of no more use.
    pub fn done(&self, token: &Token, user: UserId) {
        let mut table = self.lock();
        table.waiting.remove(&token.hash());
        table.codes.remove(&user);
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts a code of a user's app; whether it is looked at.
fn count_code(codes: &mut BTreeMap<UserId, (Moment, u32)>, user: UserId, now: Moment) -> bool {
    let (most, within) = CODES;
    codes.retain(|_, (until, _)| *until > now);
    let (_, shown) = codes.entry(user).or_insert((now + within, 0));
    *shown += 1;
    *shown <= most
}

#[cfg(test)]
mod tests;
