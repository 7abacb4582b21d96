//! The policies that Baton is shipped with.

use crate::config::policies::PolicyText;

/// What policies can speak of.
pub fn schema() -> PolicyText {
    text(("schema.cedarschema", include_str!("schema.cedarschema")))
}

/// The policies themselves.
pub fn policies() -> Vec<PolicyText> {
    let all = [
        ("sending.cedar", include_str!("sending.cedar")),
        ("reading.cedar", include_str!("reading.cedar")),
        ("seeing.cedar", include_str!("seeing.cedar")),
        ("disclosing.cedar", include_str!("disclosing.cedar")),
        ("working.cedar", include_str!("working.cedar")),
        ("operating.cedar", include_str!("operating.cedar")),
        ("auditing.cedar", include_str!("auditing.cedar")),
        ("administering.cedar", include_str!("administering.cedar")),
    ];
    all.map(text).to_vec()
}

fn text((name, text): (&str, &str)) -> PolicyText {
    PolicyText { name: name.to_owned(), text: text.to_owned() }
}
