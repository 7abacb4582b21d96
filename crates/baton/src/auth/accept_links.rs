//! Addresses in messages on which somebody accepts a handoff without signing in: drawn for one message, used
//! once, and over with the offer. Only the hash of the secret in them is kept.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crank::Offer;
use domain::{Moment, Span};
use store::StoreError;
use store::sqlite::{AcceptLinkFile, AcceptLinkRow};

use super::token::Token;

/// Where an address leads, before its secret.
pub const PATH: &str = "/act/";
/// How long an address lasts at most, whatever the offer does.
pub const LASTS_MAX: Span = Span::days(3);

/// All addresses that accept something. Without a file to keep them in there is none.
#[derive(Debug, Default)]
pub struct AcceptLinks(Mutex<Option<AcceptLinkFile>>);

impl AcceptLinks {
    /// From here on addresses are kept in this file, with those that it has.
    pub fn keep_in(&self, file: AcceptLinkFile) {
        *self.lock() = Some(file);
    }

    /// Draws the secret of an address on which an offer is accepted; none where the offer is over, or where
    /// nothing can be kept. It writes to the disk.
    pub fn draw(&self, offer: &Offer, now: Moment) -> Result<Option<Token>, StoreError> {
        let last = now + LASTS_MAX;
        let expires = offer.until.map_or(last, |until| until.min(last));
        let mut file = self.lock();
        let Some(file) = file.as_mut().filter(|_| expires > now) else { return Ok(None) };
        let token = Token::draw()?;
        let row = AcceptLinkRow {
            hash: token.hash(),
            handoff: offer.handoff,
            version: offer.version,
            member: offer.member.clone(),
            expires,
        };
        file.put(&row, now)?;
        Ok(Some(token))
    }

    /// What the address with this secret accepts; nothing once it was used or is over.
    pub fn find(&self, token: &Token, now: Moment) -> Result<Option<AcceptLinkRow>, StoreError> {
        self.lock().as_ref().map_or(Ok(None), |file| file.find(&token.hash(), now))
    }

    /// Uses an address up; whether it could be used. Of two who try, one is first.
    pub fn use_up(&self, link: &AcceptLinkRow) -> Result<bool, StoreError> {
        self.lock().as_mut().map_or(Ok(false), |file| file.remove(&link.hash))
    }

    /// Nothing came of it: the address can be used again.
    pub fn give_back(&self, link: &AcceptLinkRow, now: Moment) -> Result<(), StoreError> {
        self.lock().as_mut().map_or(Ok(()), |file| file.put(link, now))
    }

    fn lock(&self) -> MutexGuard<'_, Option<AcceptLinkFile>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
