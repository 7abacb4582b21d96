//! What a page says where there is nothing, or where something was refused.

use maud::{Markup, html};

/// Nothing is here: what will appear, and the command that makes it.
pub fn empty(title: &str, says: &str, command: Option<&str>) -> Markup {
    html! {
        div.empty {
            strong { (title) }
            p { (says) }
            @if let Some(command) = command { code { (command) } }
        }
    }
}

/// Something was refused: its code, what it means, and what is safe to do.
pub fn refused(code: &str, says: &str, help: &str) -> Markup {
    html! {
        div.empty.refused role="alert" {
            strong { (says) }
            p { (help) }
            code { (code) }
        }
    }
}
