//! A form with a file in it, as a browser posts it without a script: `multipart/form-data` (RFC 7578).

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq as _;

use super::app::App;
use super::body::{self, BODY_BYTES_MAX, content_type, type_unknown};
use super::body_budget::Reservation;
use super::problem::Problem;
use super::signed_in::{FORM_TOKEN, SignedIn, foreign_form, from_a_page_of_ours, sign_in_first};

/// What such a form is sent as.
const CONTENT_TYPE: &str = "multipart/form-data";
/// Fields that a form may have.
const FIELDS_MAX: usize = 16;
/// The largest field that is no file, in bytes.
const FIELD_BYTES_MAX: usize = 64 * 1024;

/// A file that somebody chose in a form.
#[derive(Debug, Default)]
pub(in crate::faces) struct ChosenFile {
    /// What it is called where it came from, without folders.
    pub(in crate::faces) name: String,
    /// What is in it.
    pub(in crate::faces) bytes: Vec<u8>,
}

/// A form with a file, of somebody who is signed in, from a page of ours.
pub(in crate::faces) struct PostedFile {
    /// Whose it is.
    pub(in crate::faces) by: SignedIn,
    /// The file, if one was chosen.
    pub(in crate::faces) file: Option<ChosenFile>,
    fields: BTreeMap<String, String>,
    /// The room that it takes.
    _room: Reservation,
}

impl PostedFile {
    /// What a field says; nothing where it is missing.
    pub(in crate::faces) fn text(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

impl FromRequest<Arc<App>> for PostedFile {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        // Before a byte of the body is read.
        let by = SignedIn::of(app, &parts).ok_or_else(|| sign_in_first(&parts))?;
        from_a_page_of_ours(app, &parts).map_err(IntoResponse::into_response)?;
        let read = async {
            if content_type(&parts.headers) != CONTENT_TYPE {
                return Err(type_unknown(&parts.headers, CONTENT_TYPE));
            }
            let boundary = boundary(&parts.headers).ok_or_else(unreadable)?;
            let whole = body::read(app, &parts, body, BODY_BYTES_MAX).await?;
            let (bytes, room) = whole.into_parts();
            let (fields, file) = parse(&bytes, &boundary).ok_or_else(unreadable)?;
            Ok(Self { by, file, fields, _room: room })
        };
        let posted: Self = read.await.map_err(IntoResponse::into_response)?;
        let shown = posted.text(FORM_TOKEN);
        if bool::from(shown.as_bytes().ct_eq(posted.by.csrf.as_bytes())) {
            Ok(posted)
        } else {
            Err(foreign_form().into_response())
        }
    }
}

fn unreadable() -> Problem {
    Problem::new(400, "body-unreadable", "the form cannot be read")
}

/// What stands between the fields.
fn boundary(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let rest = value.split(';').find_map(|part| part.trim().strip_prefix("boundary="))?;
    let boundary = rest.trim_matches('"');
    (1..=70).contains(&boundary.len()).then(|| boundary.to_owned())
}

/// The fields of a form, and the file of the one that has one.
fn parse(bytes: &[u8], boundary: &str) -> Option<(BTreeMap<String, String>, Option<ChosenFile>)> {
    let between = format!("\r\n--{boundary}").into_bytes();
    let mut rest = bytes.strip_prefix(&between[2..])?;
    let (mut fields, mut file) = (BTreeMap::new(), None);
    for _ in 0..FIELDS_MAX {
        if rest.starts_with(b"--") {
            return Some((fields, file));
        }
        rest = rest.strip_prefix(b"\r\n")?;
        let head_ends = find(rest, b"\r\n\r\n")?;
        let (head, content) =
            (std::str::from_utf8(&rest[..head_ends]).ok()?, &rest[head_ends + 4..]);
        let ends = find(content, &between)?;
        let (content, after) = (&content[..ends], &content[ends + between.len()..]);
        let name = parameter(head, "name")?;
        match parameter(head, "filename") {
            // A browser sends a file without a name where none was chosen.
            Some(chosen) if !chosen.is_empty() => {
                let base = chosen.rsplit(['/', '\\']).next().unwrap_or_default();
                file = Some(ChosenFile { name: base.to_owned(), bytes: content.to_vec() });
            }
            Some(_) => {}
            None if content.len() <= FIELD_BYTES_MAX => {
                fields.insert(name, String::from_utf8(content.to_vec()).ok()?);
            }
            None => return None,
        }
        rest = after;
    }
    None
}

/// A parameter of the line that says what a field is. A browser writes a quote in a name as `%22`.
fn parameter(head: &str, wanted: &str) -> Option<String> {
    let is_disposition = |line: &&str| {
        let name = line.split(':').next().unwrap_or_default();
        name.eq_ignore_ascii_case("content-disposition")
    };
    let line = head.split("\r\n").find(is_disposition)?;
    let opens = format!("; {wanted}=\"");
    let (_, rest) = line.split_once(&opens)?;
    Some(rest.split('"').next()?.replace("%22", "\""))
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    while let Some(at) = bytes.get(from..)?.iter().position(|byte| *byte == first) {
        let at = from + at;
        if bytes[at..].starts_with(wanted) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

#[cfg(test)]
mod tests;
