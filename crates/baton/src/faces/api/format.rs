//! The form in which somebody asks for a brief or an explanation.

use super::problem::Problem;
use super::query::Query;

/// How a brief or an explanation is written.
#[derive(Clone, Copy)]
pub(super) enum Format {
    Json,
    Markdown,
    Html,
    Text,
}

impl Format {
    pub(super) fn named(word: &str) -> Option<Self> {
        match word {
            "json" => Some(Self::Json),
            "md" => Some(Self::Markdown),
            "html" => Some(Self::Html),
            "text" => Some(Self::Text),
            _ => None,
        }
    }

    /// Of an explanation: JSON, or text where that is asked for.
    pub(super) fn of_why(query: &Query<'_>) -> Result<Self, Problem> {
        let asked = query.read("format", "json or text", |word| match word {
            "json" | "text" => Self::named(word),
            _ => None,
        })?;
        Ok(asked.unwrap_or(Self::Json))
    }

    pub(super) const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
            Self::Text => "text/plain; charset=utf-8",
        }
    }
}
