//! Passwords: hashed with argon2id, and compared in a time that tells nothing of whose they are.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use store::StoreError;
use store::chance::Chance;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// The shortest password, in characters.
pub const CHARS_MIN: usize = 12;
/// The longest, in bytes: longer ones would keep a processor busy for nothing.
pub const BYTES_MAX: usize = 1_024;
/// Kibibytes, passes and lanes, as OWASP advises for servers.
const COST: (u32, u32, u32) = (19 * 1_024, 2, 1);
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;
/// How a hash begins that we made.
const MADE_WITH: &str = "argon2id-19456-2-1";

/// Why a password is none that can be set.
pub fn unfit(password: &str) -> Option<String> {
    if password.len() > BYTES_MAX {
        return Some(format!("a password has at most {BYTES_MAX} bytes"));
    }
    let short = password.chars().count() < CHARS_MIN;
    short.then(|| format!("a password has at least {CHARS_MIN} characters"))
}

/// What is kept of a password: how it was made, a salt of its own, the hash.
pub fn hash(password: &str) -> Result<String, StoreError> {
    let salt = Chance::system().draw::<SALT_BYTES>()?;
    let hash = derive(password, &salt);
    let [salt, hash] = [salt.as_slice(), hash.as_slice()].map(|part| STANDARD_NO_PAD.encode(part));
    Ok(format!("{MADE_WITH}${salt}${hash}"))
}

/// Whether something was made by [`hash`].
pub fn is_hash(kept: &str) -> bool {
    read(kept).is_some()
}

/// Whether a password is the one that was kept. Where nothing was kept it takes as long to say no.
pub fn fits(password: &str, kept: Option<&str>) -> bool {
    let known = kept.and_then(read);
    let (salt, wanted) = known.unwrap_or(([0; SALT_BYTES], [0; HASH_BYTES]));
    let cut = if password.len() > BYTES_MAX { "" } else { password };
    let equal = bool::from(derive(cut, &salt).ct_eq(&wanted));
    equal && known.is_some() && !cut.is_empty()
}

fn read(kept: &str) -> Option<([u8; SALT_BYTES], [u8; HASH_BYTES])> {
    let (salt, hash) = kept.strip_prefix(MADE_WITH)?.strip_prefix('$')?.split_once('$')?;
    let decode = |text: &str| STANDARD_NO_PAD.decode(text).ok();
    Some((decode(salt)?.try_into().ok()?, decode(hash)?.try_into().ok()?))
}

fn derive(password: &str, salt: &[u8; SALT_BYTES]) -> Zeroizing<[u8; HASH_BYTES]> {
    let (kib, passes, lanes) = COST;
    let params = Params::new(kib, passes, lanes, Some(HASH_BYTES)).expect("the cost is allowed");
    let mut hash = Zeroizing::new([0; HASH_BYTES]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), salt, hash.as_mut_slice())
        .expect("password, salt and hash have allowed lengths");
    hash
}

#[cfg(test)]
mod tests;
