//! Codes that an app on somebody's telephone shows beside their password (TOTP, RFC 6238): SHA-1, six
//! digits, thirty seconds, which is what every such app knows.

use domain::{Moment, Span};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use store::chance::Chance;
use store::{SecondFactor, StoreError};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// How long a code is shown.
const STEP: Span = Span::seconds(30);
/// Steps before and after the present one whose codes count too, for clocks that differ.
const STEPS_AROUND: u64 = 1;
const DIGITS: u32 = 6;
/// Bytes of a secret, as RFC 4226 advises.
const SECRET_BYTES: usize = 20;
/// Codes for whoever has lost their telephone. Each counts once.
pub const RECOVERY_CODES: usize = 10;
/// Bytes of such a code: nobody guesses one.
const RECOVERY_BYTES: usize = 10;
/// The letters that secrets and recovery codes are written with (RFC 4648).
const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What an app and the server share.
#[derive(Clone)]
pub struct TotpSecret(Zeroizing<[u8; SECRET_BYTES]>);

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(****)")
    }
}

impl TotpSecret {
    /// Draws one.
    pub fn draw() -> Result<Self, StoreError> {
        Ok(Self(Zeroizing::new(Chance::system().draw()?)))
    }

    /// Reads one as it is written; `None` for what is none.
    pub fn read(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(from_letters(text)?);
        Some(Self(Zeroizing::new(bytes.as_slice().try_into().ok()?)))
    }

    /// As people type it into an app.
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(letters(self.0.as_slice()))
    }

    /// The address that an app reads it from.
    pub fn address(&self, account: &str) -> Zeroizing<String> {
        let secret = self.reveal();
        let account = escaped(account);
        Zeroizing::new(format!(
            "otpauth://totp/Baton:{account}?secret={}&issuer=Baton&algorithm=SHA1&digits={DIGITS}&period={}",
            secret.as_str(),
            STEP.as_ms() / 1_000
        ))
    }

    /// The code of a step.
    pub fn code(&self, step: u64) -> String {
        format!("{:06}", code_at(self.0.as_slice(), step, DIGITS))
    }

    /// The step whose code this is: the present one or one beside it, and later than one that was used.
    pub fn step_of(&self, typed: &str, used: u64, now: Moment) -> Option<u64> {
        let typed: String = typed.chars().filter(|sign| !sign.is_whitespace()).collect();
        let present = step_at(now);
        let around = present.saturating_sub(STEPS_AROUND)..=present + STEPS_AROUND;
        around
            .filter(|step| *step > used)
            .find(|step| bool::from(self.code(*step).as_bytes().ct_eq(typed.as_bytes())))
    }

    /// What is kept of it once somebody has shown that their app has it.
    pub fn kept<'c>(&self, step: u64, recovery: impl Iterator<Item = &'c str>) -> SecondFactor {
        let recovery = recovery.map(|code| recovery_hash(code).to_vec().into()).collect();
        SecondFactor { secret: self.0.to_vec(), used: step, recovery }
    }

    /// The one that was kept.
    pub fn of(kept: &SecondFactor) -> Option<Self> {
        Some(Self(Zeroizing::new(kept.secret.as_slice().try_into().ok()?)))
    }
}

/// The step of a moment.
pub fn step_at(moment: Moment) -> u64 {
    moment.0.div_euclid(STEP.0).max(0).unsigned_abs()
}

/// The code of a step (RFC 4226, 5.3).
fn code_at(secret: &[u8], step: u64, digits: u32) -> u32 {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("a key of any length");
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let cut: [u8; 4] = hash[at..at + 4].try_into().expect("four bytes");
    (u32::from_be_bytes(cut) & 0x7fff_ffff) % 10_u32.pow(digits)
}

/// What somebody typed beside their password, judged against what is kept of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shown {
    /// The code of a step that none was used of, nor of a later one.
    Step(u64),
    /// A recovery code, by its place among those that are left.
    Recovery(usize),
}

/// Judges what somebody typed; nothing where it is neither a code that counts nor a recovery code.
pub fn judge(kept: &SecondFactor, typed: &str, now: Moment) -> Option<Shown> {
    let secret = TotpSecret::of(kept)?;
    if let Some(step) = secret.step_of(typed, kept.used, now) {
        return Some(Shown::Step(step));
    }
    let hash = recovery_hash(typed);
    let fits = |known: &minicbor::bytes::ByteVec| bool::from(known.as_slice().ct_eq(&hash));
    let left = kept.recovery.iter().position(fits);
    left.map(Shown::Recovery)
}

/// Whether something that was typed could be a recovery code at all.
pub fn is_recovery_code(typed: &str) -> bool {
    from_letters(&plain(typed)).is_some_and(|bytes| bytes.len() == RECOVERY_BYTES)
}

/// What is kept after it was shown: neither counts again.
pub fn use_up(kept: &mut SecondFactor, shown: Shown) {
    match shown {
        Shown::Step(step) => kept.used = step,
        Shown::Recovery(at) => {
            kept.recovery.remove(at);
        }
    }
}

/// Draws recovery codes, in groups of four letters.
pub fn draw_recovery_codes() -> Result<Vec<Zeroizing<String>>, StoreError> {
    let draw = |_| {
        let drawn = Zeroizing::new(Chance::system().draw::<RECOVERY_BYTES>()?);
        let text = Zeroizing::new(letters(drawn.as_slice()));
        let groups: Vec<&str> =
            text.as_bytes().chunks(4).filter_map(|part| std::str::from_utf8(part).ok()).collect();
        Ok(Zeroizing::new(groups.join("-").to_ascii_lowercase()))
    };
    (0..RECOVERY_CODES).map(draw).collect()
}

/// What is kept of a recovery code: eighty bits that were drawn are guessed from no hash.
fn recovery_hash(code: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"baton recovery 1 ");
    hash.update(plain(code).as_bytes());
    hash.finalize().into()
}

/// A code without what people put between its groups.
fn plain(typed: &str) -> Zeroizing<String> {
    let letter = |sign: &char| !sign.is_whitespace() && *sign != '-';
    Zeroizing::new(typed.chars().filter(letter).collect::<String>().to_ascii_uppercase())
}

fn letters(bytes: &[u8]) -> String {
    let bits: Vec<u8> =
        bytes.iter().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1)).collect();
    let letter = |five: &[u8]| {
        let value = five.iter().fold(0, |value, bit| value << 1 | bit) << (5 - five.len());
        char::from(LETTERS[usize::from(value)])
    };
    bits.chunks(5).map(letter).collect()
}

/// The bytes of what was written by [`letters`], small or capital; `None` for anything else.
fn from_letters(text: &str) -> Option<Vec<u8>> {
    let mut bits = Vec::with_capacity(text.len() * 5);
    for sign in text.bytes() {
        let value = LETTERS.iter().position(|letter| *letter == sign.to_ascii_uppercase())?;
        bits.extend((0..5).rev().map(|at| value >> at & 1 == 1));
    }
    let byte = |eight: &[bool]| eight.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
    Some(bits.chunks_exact(8).map(byte).collect())
}

/// A text as it stands in an address.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests;
