//! A text as a QR code, drawn as SVG: no script, no picture from elsewhere.

use std::fmt::Write as _;

use maud::{Markup, html};
use qrcodegen::{QrCode, QrCodeEcc};

/// Light modules around the code, as readers need them.
const QUIET: i32 = 4;

/// The code of a text; nothing where the text is longer than a code can hold (about 2,300 bytes). It is dark
/// on light in every theme, since readers look for that.
pub(crate) fn svg(text: &str, label: &str) -> Option<Markup> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = code.size();
    let mut dark = String::new();
    for y in 0..size {
        for x in (0..size).filter(|x| code.get_module(*x, y)) {
            // Writing into a text does not fail.
            let _ = write!(dark, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    let side = (size + 2 * QUIET).to_string();
    Some(html! {
        svg.qr viewBox={ "0 0 " (side) " " (side) } role="img" aria-label=(label) {
            rect width=(side) height=(side) fill="white" {}
            path d=(dark) fill="black" {}
        }
    })
}

#[cfg(test)]
mod tests;
