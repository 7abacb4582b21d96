//! What is sent to a destination that has a purpose: what may not be read for it is in no part of the body.

use domain::DeliveryId;
use domain::fact::{Addressee, Notice};
use domain::handoff::MemberId;

use super::{AsOf, quote_story};
use crate::stages::brief;
use crate::test_account;
use crate::view::delivery_body;

/// A body as it is sent where the destination has these manners, to whoever has the handoff.
fn sent(manners: &str) -> String {
    let text = format!(
        "{manners}steps:\n  - {{ step: hello, to: mail, when: offered, tell: owner, send: [handoff, brief] }}\n"
    );
    let strategy = test_account::strategy_with(Some(("destinations.yaml", &text)));
    let (made, handoff, _) = quote_story();
    let folded = made.handoff(handoff, AsOf::Latest);
    let draft = brief::draft(folded.get(), &strategy);
    let step = strategy.destinations.steps.first().expect("a step");
    let told = folded.get().handoff().owner.id().to_owned();
    let told = Some(Addressee::Member(MemberId(told.as_str().into())));
    let notice = Notice { occasion: None, target: None, told, must: None };
    let delivery = DeliveryId::caused_by(&[handoff.bytes()]);
    let step = (step, Some(&notice));
    let body = delivery_body(folded.get(), &strategy, delivery, step, Some(&draft));
    String::from_utf8(body).expect("JSON")
}

/// What names Luis, says how to reach him, or is in his own words.
const PERSONAL: [&str; 3] = ["Luis", "luis@nordwind.example", "Call me at +49 40 123 456 78"];

#[test]
fn a_purpose_that_may_not_read_somebodys_data_is_sent_none() {
    let for_sales = sent("destinations:\n  mail: { purpose: sales }\n");
    let without = sent("");
    for personal in PERSONAL {
        assert!(without.contains(personal), "{personal} in {without}");
        assert!(for_sales.contains(personal), "{personal} in {for_sales}");
    }
    for purpose in ["marketing", "operations", "audit"] {
        let body = sent(&format!("destinations:\n  mail: {{ purpose: {purpose} }}\n"));
        for personal in PERSONAL {
            assert!(!body.contains(personal), "{purpose}: {personal} in {body}");
        }
        // What is no personal data is sent all the same.
        assert!(body.contains("“Quote”") && body.contains("\"total\":44.0"), "{body}");
    }
}
