//! One hash for one meaning: blanks, the order of keys and the way a number is written do not
//! change it.

use sha2::{Digest, Sha256};

use super::{Json, Object};

/// SHA-256 of an object's members, without those that `leave_out` names.
///
/// Each value is written as a letter for its kind and its bytes behind their length; so no two
/// values share a text.
pub fn digest(object: &Object<'_>, leave_out: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    let counted = || object.iter().filter(|(key, _)| !leave_out.contains(key));
    members(&mut hash, counted().count(), counted());
    hash.finalize().into()
}

fn members<'j, 'a: 'j>(
    hash: &mut Sha256,
    count: usize,
    members: impl Iterator<Item = (&'j str, &'j Json<'a>)>,
) {
    head(hash, b'o', count);
    for (key, member) in members {
        head(hash, b'k', key.len());
        hash.update(key);
        value(hash, member);
    }
}

fn value(hash: &mut Sha256, json: &Json<'_>) {
    match json {
        Json::Null => hash.update(b"n"),
        Json::Boolean(false) => hash.update(b"f"),
        Json::Boolean(true) => hash.update(b"t"),
        Json::Integer(integer) => {
            hash.update(b"i");
            hash.update(integer.to_be_bytes());
        }
        Json::Decimal(decimal) => {
            head(hash, b'd', decimal.scale() as usize);
            hash.update(decimal.mantissa().to_be_bytes());
        }
        Json::Text(text) => {
            head(hash, b's', text.len());
            hash.update(text.as_bytes());
        }
        Json::List(list) => {
            head(hash, b'l', list.len());
            for element in list {
                value(hash, element);
            }
        }
        Json::Object(object) => members(hash, object.iter().count(), object.iter()),
    }
}

fn head(hash: &mut Sha256, kind: u8, length: usize) {
    let mut head = [kind; 9];
    head[1..].copy_from_slice(&(length as u64).to_be_bytes());
    hash.update(head);
}
