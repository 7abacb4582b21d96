//! Where a browser goes that opens the address itself: the first page of whoever is signed in, the tour of
//! a demo, or the page to sign in on.

use axum::http::request::Parts;

use super::shell::first_page;
use crate::faces::api::app::App;
use crate::faces::api::signed_in::{SignedIn, wants_page};

/// The page that somebody begins with; none for what is no browser, and where nobody is signed in.
pub(in crate::faces) fn leads_to(app: &App, parts: &Parts) -> Option<&'static str> {
    if !wants_page(&parts.headers) {
        return None;
    }
    match SignedIn::of(app, parts) {
        Some(reader) => Some(first_page(reader.role)),
        None => app.config.demo.as_ref().map(|_| "/tour"),
    }
}
