//! A first page with all that it asks for is small.

use pages::assets::ASSETS;

use crate::samples;
use crate::scanner::tags;

/// The most that a first page may weigh, in bytes, before it is packed.
const MOST: usize = 100 * 1024;

#[test]
fn a_first_page_is_under_100_kib() {
    let assets = &*ASSETS;
    let all = assets.style.body.len() + assets.script.body.len() + assets.mark.body.len();
    for sample in samples::all(&str::to_owned) {
        let whole = all + sample.html.len();
        assert!(whole < MOST, "{}: {whole} bytes", sample.name);
    }
}

#[test]
fn a_page_asks_for_nothing_but_its_assets() {
    let assets = &*ASSETS;
    for sample in samples::all(&str::to_owned) {
        for tag in tags(&sample.html) {
            let asks =
                matches!(tag.name.as_str(), "script" | "img" | "iframe" | "object" | "embed");
            let sheet = tag.name == "link";
            for (name, value) in tag.attributes {
                if (asks && name == "src") || (sheet && name == "href") {
                    assert!(assets.at(&value).is_some(), "{}: `{value}`", sample.name);
                }
            }
        }
    }
    for asset in [&assets.style, &assets.script] {
        assert!(!asset.body.contains("http:") && !asset.body.contains("https:"), "{}", asset.path);
        assert!(!asset.body.contains("url("), "{}", asset.path);
    }
}
