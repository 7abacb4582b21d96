//! Who was sent to the identity provider and has not come back. In memory, for a few minutes: whoever is too
//! late begins anew.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Moment, Span};
use sha2::{Digest as _, Sha256};
use store::StoreError;

use crate::auth::token::Token;

/// How long somebody has to sign in there.
pub const FLOW_LASTS: Span = Span::minutes(10);
/// How many are waited for at a time; with one more the one that ends first is ended.
const FLOWS_MAX: usize = 10_000;

/// Somebody who was sent to the provider.
#[derive(Clone, Debug)]
pub struct Flow {
    /// What the provider's token has to name, so that it is of this sign-in.
    pub nonce: Token,
    /// What the provider is shown with the code, so that a stolen code is of no use.
    pub verifier: Token,
    /// The address that they come back to.
    pub back_to: String,
    /// The page that they were on the way to.
    pub next: Option<String>,
}

impl Flow {
    /// Draws the secrets of one.
    pub fn draw(back_to: String, next: Option<String>) -> Result<Self, StoreError> {
        Ok(Self { nonce: Token::draw()?, verifier: Token::draw()?, back_to, next })
    }

    /// What the provider is told of the verifier before it sees it (`S256`).
    pub(super) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.reveal().as_bytes()))
    }
}

/// All who were sent to the provider, by the hash of what their browser carries.
#[derive(Debug, Default)]
pub struct Flows(Mutex<BTreeMap<[u8; 32], (Moment, Flow)>>);

impl Flows {
    /// Remembers somebody who is sent there; what their browser carries until they come back.
    pub fn begin(&self, flow: Flow, now: Moment) -> Result<Token, StoreError> {
        let state = Token::draw()?;
        let mut waiting = self.lock();
        waiting.retain(|_, (until, _)| *until > now);
        if waiting.len() >= FLOWS_MAX {
            let first = waiting.iter().min_by_key(|(_, (until, _))| *until);
            let first = first.map(|(hash, _)| *hash);
            first.and_then(|first| waiting.remove(&first));
        }
        waiting.insert(state.hash(), (now + FLOW_LASTS, flow));
        Ok(state)
    }

    /// Whoever comes back with this. It counts once.
    pub fn end(&self, state: &Token, now: Moment) -> Option<Flow> {
        let (until, flow) = self.lock().remove(&state.hash())?;
        (until > now).then_some(flow)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<[u8; 32], (Moment, Flow)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
