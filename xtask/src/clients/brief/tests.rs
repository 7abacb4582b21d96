//! A brief that cites what was sent passes, and each way to cite something else is told.

use serde_json::{Value, json};

use super::judge;
use crate::clients::sent::{self, Sent};

fn sent() -> Sent {
    let line = r#"{"library":{"name":"a-client","version":"1.2"},
        "sent":[{"type":"identify","messageId":"m-1"},{"type":"track","messageId":"m-2"}]}"#;
    sent::read(&format!("a warning\n{}", line.replace('\n', ""))).expect("it says what it sent")
}

fn claim(section: &str, source_id: &str) -> Value {
    let evidence = json!([{ "signal": "s-1", "source_id": source_id }]);
    json!({ "text": format!("of {source_id}"), "section": section, "evidence": evidence })
}

#[track_caller]
fn check(claims: &[Value], expected: &str) {
    let brief = json!({ "handoff": "h-1", "claims": claims });
    let told = match judge(&brief, "h-1", &sent()) {
        Ok(seen) => format!("{} claims, {} cited, {}", seen.claims, seen.cited.len(), seen.owner),
        Err(problem) => problem.to_string(),
    };
    assert_eq!(told, expected);
}

#[test]
fn a_brief_is_judged_by_the_ids_that_the_client_gave() {
    let (who, why, owner) = (claim("who", "m-1"), claim("why-now", "m-2"), claim("owner", "m-2"));
    check(&[who.clone(), why.clone(), owner.clone()], "3 claims, 2 cited, of m-2");
    check(&[why.clone(), owner.clone()], "no claim cites the client's identify `m-1`");
    check(&[who.clone(), why.clone()], "no claim says who owns it");
    check(
        &[who, claim("timeline", "s-9"), owner],
        "the claim \"of s-9\" cites `s-9`, which the client did not send",
    );
    check(
        &[json!({ "text": "so it is", "section": "who", "evidence": [] })],
        "the claim \"so it is\" rests on nothing",
    );
}

#[test]
fn the_brief_of_another_handoff_is_told() {
    let brief = json!({ "handoff": "h-2", "claims": [] });
    let problem = judge(&brief, "h-1", &sent()).expect_err("it is another's");
    assert_eq!(problem.to_string(), "the brief is another handoff's: \"h-2\"");
}

#[test]
fn a_script_that_does_not_say_what_it_sent_is_told() {
    for (output, expected) in [
        ("", "the client's script printed nothing"),
        ("sent all", "the client's script printed no JSON"),
        ("{}", "the client's script does not say what it sent"),
        (r#"{"sent":[{"type":"track"}]}"#, "the client gave a message no id"),
        (
            r#"{"sent":[{"type":"page","messageId":"m-1"},{"type":"track","messageId":"m-1"}]}"#,
            "the client gave two messages one id",
        ),
        (r#"{"sent":[]}"#, "the client sent nothing"),
    ] {
        let problem = sent::read(output).expect_err(output);
        assert_eq!(problem.to_string(), expected);
    }
}
