//! Playbooks, destinations and briefs as people write them.
#![expect(clippy::unwrap_used, reason = "a test stops where it is wrong")]

use std::borrow::Cow;

use domain::handoff::State;
use notation::{Diagnostics, Sources};
use proptest::prelude::*;
use rules::brief::{self, Briefing};
use rules::contract;
use rules::destinations::{self, Destinations, Trigger};
use rules::playbook::{self, Playbook};

use crate::written::{Written, folder};

const ENERGY: &str = r#"---
persona: plant manager
segment: 'account.industry == "energy"'
touches:
  - { touch: first call, by: phone, say: "Good day {{ person.first_name | or: \"there\" }}" }
  - { touch: follow-up, by: email, after: 1 working day }
collect: [person.phone, account.employees]
outcome: 'A visit to {{ account.name | or: "the plant" }}'
assets: [heat-map.pdf]
steps:
  - 'Call {{ person.first_name | or: "them" }}'
  - { do: Send the map, when: within 1 working day }
---
# Energy

Ask {{ person.first_name | or: "them" }} about heat.
"#;

#[track_caller]
fn read(text: &str) -> Written<Playbook> {
    folder(&[("other.yaml", "a: 1\n"), ("playbooks/energy.md", text)]).read(|sources, _, out| {
        playbook::parse(sources, sources.named("playbooks/energy.md").unwrap(), out)
    })
}

#[test]
fn a_playbook_is_read_with_its_head_and_its_text() {
    let playbook = read(ENERGY).sound();
    assert_eq!(playbook.name, "energy");
    assert_eq!(playbook.persona.as_ref().unwrap().value, "plant manager");
    assert_eq!(playbook.segment.as_ref().unwrap().when.value, "account.industry == \"energy\"");
    assert_eq!(playbook.touches.len(), 2);
    assert_eq!(playbook.touches[1].after.as_ref().unwrap().value.working_days, 1);
    assert_eq!(playbook.steps[1].when.as_ref().unwrap().value, "within 1 working day");
    let said = |name: Option<&'static str>| {
        playbook.steps[0].text.render(|path| {
            assert_eq!(path, "person.first_name");
            name.map(Cow::Borrowed)
        })
    };
    assert_eq!(said(Some("Ada")), "Call Ada");
    assert_eq!(said(None), "Call them");
    let names: Vec<_> = playbook.placeholders().map(|p| p.path.value.as_str()).collect();
    assert_eq!(names.len(), 4);
    assert!(playbook.body.render(|_| None).starts_with("# Energy\n\nAsk them"));
}

#[test]
fn what_no_playbook_may_say_is_refused_where_it_stands() {
    let check = |text: &str, code: &str, at: &str, help: &str| read(text).refused(code, at, help);
    check("# Energy\n", "playbook-head", "", "---");
    check("---\npersona: x\n", "playbook-head", "", "---");
    check("---\npersna: x\n---\n", "unknown-key", "persna", "persona");
    let body = |text: &str| format!("---\npersona: x\n---\n{text}\n");
    check(&body("Hi {{ persn.name }}"), "placeholder-unknown", "persn.name", "person.name");
    check(&body("Hi {{ person }}"), "placeholder-syntax", "person", "person.first_name");
    check(&body("Hi {{ person.name"), "placeholder-syntax", "{{", "}}");
    check(&body("Hi {{ person.name | upper }}"), "placeholder-syntax", "", "or:");
    check(&body("{{7*7}}"), "placeholder-syntax", "7*7", "");
    let step = "---\nsteps:\n  - \"Call {{ persn.name }}\"\n---\n";
    check(step, "placeholder-unknown", "persn.name", "person.name");
}

#[test]
fn placeholders_may_only_use_what_the_contracts_provide() {
    let contract = "apiVersion: v3.1.0\nkind: DataContract\nid: a\nversion: 1.0.0\nstatus: active\n\
                    schema:\n  - name: lead\n    properties:\n      - { name: person.first_name, \
                    required: true }\n      - { name: person.title }\n";
    let check = |body: &str| {
        let mut sources = Sources::new();
        let file = sources.add("contracts/a.yaml", contract.to_owned());
        let other = sources.add("playbooks/a.md", format!("---\npersona: x\n---\n{body}\n"));
        let mut out = Diagnostics::new();
        let contract = contract::parse(&sources, file, &mut out).unwrap();
        let playbook = playbook::parse(&sources, other, &mut out).unwrap();
        playbook::check_placeholders([&playbook], &[contract], &mut out);
        out.list()
            .iter()
            .map(|one| (one.code, sources.slice(one.span).to_owned()))
            .collect::<Vec<_>>()
    };
    assert!(check("{{ person.first_name }}, {{ owner.name | or: \"we\" }}").is_empty());
    assert_eq!(
        check("{{ person.frist_name | or: \"x\" }}"),
        [("placeholder-unknown", "person.frist_name".to_owned())]
    );
    assert_eq!(check("{{ person.title }}"), [("placeholder-bare", "person.title".to_owned())]);
}

/// A template that asks the handoff, its score or its owner for what is never filled in is refused.
#[test]
fn found_a1_a_template_says_of_a_handoff_what_the_decision_fixed() {
    for name in ["handoff.mood", "handoff.sla", "score.fit", "owner.region", "owner.nam"] {
        let text = format!("---\npersona: x\n---\n{{{{ {name} | or: \"x\" }}}}\n");
        read(&text).refused("placeholder-unknown", name, "");
    }
    for fixed in playbook::Fixed::ALL {
        let name = fixed.as_str();
        read(&format!("---\npersona: x\n---\n{{{{ {name} | or: \"x\" }}}}\n")).sound();
        assert_eq!(playbook::Fixed::named(name), Some(fixed));
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,200}") {
        let _ = read(&format!("---\npersona: x\n---\n{text}"));
        let _ = read(&text);
    }
}

#[track_caller]
fn steps(text: &str) -> Written<Destinations> {
    folder(&[("destinations.yaml", text)]).read(destinations::parse)
}

#[test]
fn steps_are_read_in_their_order() {
    let read = steps(
        "steps:\n  - { step: tell the CRM, to: crm-hook, when: offered, send: [handoff, brief], undo: withdrawn }\n  \
         - { step: archive, to: archive, when: in review, send: [handoff] }\n",
    )
    .sound();
    let [crm, archive] = &read.steps[..] else { panic!("two steps") };
    assert_eq!((crm.step.value.as_str(), crm.to.value.as_str()), ("tell the CRM", "crm-hook"));
    assert!(crm.sends_handoff() && crm.sends_brief());
    assert_eq!(crm.undo.as_ref().unwrap().value, "withdrawn");
    assert_eq!(archive.when.value, Trigger::State(State::InReview));
    assert!(!archive.sends_brief() && archive.undo.is_none());
}

#[test]
fn what_no_step_may_say_is_refused() {
    let check = |step: &str, code: &str, at: &str, help: &str| {
        steps(&format!("steps: [{step}]\n")).refused(code, at, help);
    };
    check("{ step: a, to: b, when: offerd, send: [brief] }", "unknown-word", "offerd", "offered");
    check("{ step: a, to: b, when: offered, send: [breif] }", "unknown-word", "breif", "brief");
    check("{ step: a, to: b, when: offered, send: [] }", "list-empty", "", "send");
    check("{ step: a, when: offered, send: [brief] }", "missing-key", "", "");
    check("{ step: a, to: b, when: offered, send: [brief], tu: c }", "unknown-key", "tu", "to");
    let twice = "{ step: a, to: b, when: offered, send: [brief] }";
    check(&format!("{twice}, {twice}"), "step-twice", "a", "");
}

#[track_caller]
fn briefing(text: &str) -> Written<Briefing> {
    folder(&[("brief.yaml", text)]).read(brief::parse)
}

#[test]
fn who_sees_what_is_up_to_the_strategy() {
    let briefing = briefing(
        "sections: [why now, who, score]\n\
         readers:\n  rep: { sees: all, purposes: [sales] }\n  marketer: { sees: [why now, score] }\n\
         personal: { person.phone: [sales] }\n",
    )
    .sound();
    assert!(briefing.sees("rep", "who"));
    assert!(!briefing.sees("marketer", "who"));
    assert!(!briefing.sees("rep", "timeline"), "the strategy leaves it out");
    assert!(briefing.may_read("rep", "person.phone"));
    assert!(!briefing.may_read("marketer", "person.phone"));
    assert!(briefing.may_read("marketer", "account.industry"));
}

#[test]
fn without_a_file_the_owner_and_the_manager_read_personal_data_and_nobody_else() {
    let briefing = Briefing::default();
    assert!(
        briefing.may_read("rep", "person.phone") && briefing.may_read("manager", "person.email")
    );
    assert!(!briefing.may_read("auditor", "person.phone"));
    assert!(briefing.sees("auditor", "why-now"));
}

#[test]
fn what_no_brief_may_say_is_refused() {
    let check =
        |text: &str, code: &str, at: &str, help: &str| briefing(text).refused(code, at, help);
    check("sections: [whi now]\n", "unknown-word", "whi now", "why-now");
    check("sections: [who, who]\n", "section-twice", "who", "");
    check("sections: []\n", "list-empty", "", "");
    check("readers: { reps: {} }\n", "unknown-word", "reps", "rep");
    check("personal: { person.phone: [] }\n", "purpose-missing", "person.phone", "");
    check("sektions: []\n", "unknown-key", "sektions", "sections");
}
