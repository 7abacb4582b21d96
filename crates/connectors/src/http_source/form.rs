//! A form post as an object: a field that is there more than once is a list.

use std::borrow::Cow;

use domain::reason::Code;
use percent_encoding::percent_decode;

use crate::json::{Json, JsonError, Object};

/// The content type of a form.
pub const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";
/// The most fields of a form.
const FIELDS_MAX: usize = 1_000;

/// Reads a form.
pub fn parse(bytes: &[u8]) -> Result<Json<'static>, JsonError> {
    let mut object = Object::default();
    for (count, pair) in pairs(bytes).enumerate() {
        let unfit = |says, code| JsonError { code, says, at: 0 };
        if count >= FIELDS_MAX {
            return Err(unfit("the form has more than 1,000 fields", Code::ItemTooLarge));
        }
        let (name, value) = pair;
        let decoded = decode(name).zip(decode(value));
        let Some((name, value)) = decoded else {
            return Err(unfit("the form is no UTF-8", Code::Unreadable));
        };
        if value.contains('\0') || name.contains('\0') {
            return Err(unfit("the form holds a NUL", Code::TextInvalid));
        }
        let value = Json::Text(Cow::Owned(value));
        let joined = match object.take(&name) {
            None => value,
            Some(Json::List(mut list)) => {
                list.push(value);
                Json::List(list)
            }
            Some(one) => Json::List(vec![one, value]),
        };
        object.put(Cow::Owned(name), joined);
    }
    Ok(Json::Object(object))
}

/// The first value of a field in what has come of a form; only whole fields count unless it has ended.
pub(super) fn field(begun: &[u8], name: &str) -> Option<String> {
    let whole = begun.iter().rposition(|byte| *byte == b'&').map_or(begun, |end| &begun[..end]);
    let find = |bytes: &[u8]| {
        let (_, value) = pairs(bytes).find(|(key, _)| decode(key).as_deref() == Some(name))?;
        decode(value)
    };
    find(whole).or_else(|| find(begun))
}

fn pairs(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    bytes.split(|byte| *byte == b'&').map(<[u8]>::trim_ascii).filter(|pair| !pair.is_empty()).map(
        |pair| {
            let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            (&pair[..at], pair.get(at + 1..).unwrap_or_default())
        },
    )
}

fn decode(bytes: &[u8]) -> Option<String> {
    let spaced: Vec<u8> =
        bytes.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    Some(percent_decode(&spaced).decode_utf8().ok()?.into_owned())
}
