//! A problem that was answered already, read again: for browsers, which show it as a page.

use axum::body::to_bytes;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde_json::Value;

use super::signed_in::wants_page;

/// The largest problem that is read again, in bytes.
const BYTES_MAX: usize = 64 * 1024;

/// What a problem said.
pub(in crate::faces) struct ToldProblem {
    pub(in crate::faces) detail: String,
    pub(in crate::faces) code: String,
}

impl ToldProblem {
    /// The problem that an answer is, where whoever asked wants a page. The answer is left without its body.
    pub(in crate::faces) async fn of(response: &mut Response, asked: &HeaderMap) -> Option<Self> {
        let kind = response.headers().get(header::CONTENT_TYPE);
        if kind.is_none_or(|kind| kind != "application/problem+json") || !wants_page(asked) {
            return None;
        }
        let body = std::mem::take(response.body_mut());
        let told = to_bytes(body, BYTES_MAX).await.unwrap_or_default();
        let told: Value = serde_json::from_slice(&told).unwrap_or_default();
        let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
        Some(Self { detail: text("detail"), code: text("code") })
    }

    /// Gives a page what the answer had besides: its status, and its other headers.
    pub(in crate::faces) fn dress(page: &mut Response, answered: &Response) {
        *page.status_mut() = answered.status();
        for (name, value) in answered.headers() {
            if *name != header::CONTENT_TYPE && *name != header::CONTENT_LENGTH {
                page.headers_mut().insert(name.clone(), value.clone());
            }
        }
    }
}
