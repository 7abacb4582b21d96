//! Forms that a page posts.

use std::sync::Arc;

use axum::body::Body;
use axum::http::request::Parts;
use connectors::http_source::form;
use connectors::json::{Json, Object};

use super::app::App;
use super::body::{self, content_type, type_unknown};
use super::problem::Problem;

/// The largest form, in bytes.
const FORM_BYTES_MAX: usize = 128 * 1024;

/// The fields of a form.
pub(in crate::faces) struct Form(Object<'static>);

impl Form {
    /// Reads the form that is the body of a request.
    pub(in crate::faces) async fn read(
        app: &Arc<App>,
        parts: &Parts,
        body: Body,
    ) -> Result<Self, Problem> {
        let whole = body::read(app, parts, body, FORM_BYTES_MAX).await?;
        if !whole.bytes.is_empty() && content_type(&parts.headers) != form::CONTENT_TYPE {
            return Err(type_unknown(&parts.headers, form::CONTENT_TYPE));
        }
        match form::parse(&whole.bytes) {
            Ok(Json::Object(fields)) => Ok(Self(fields)),
            Ok(_) => Err(Problem::new(400, "body-unreadable", "the form has no fields")),
            Err(error) => Err(Problem::new(400, "body-unreadable", error.says)),
        }
    }

    /// What a field says; nothing where it is missing, and where it stands twice.
    pub(in crate::faces) fn text(&self, name: &str) -> Option<&str> {
        match self.0.get(name) {
            Some(Json::Text(text)) => Some(text),
            Some(_) | None => None,
        }
    }
}
