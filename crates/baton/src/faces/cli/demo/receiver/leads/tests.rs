use super::Leads;

#[test]
fn a_lead_is_there_once_as_its_last_delivery_said() {
    let mut leads = Leads::default();
    let offered = |owner: &str| {
        format!(
            r#"{{"handoff":"h-1","occasion":"offered","sends":{{"handoff":{{"owner":{{"id":"{owner}"}},
            "decision":{{"route":"DACH"}}}},"brief":{{"claims":[{{"section":"who","text":"First name: “Ada <b>”",
            "evidence":[{{"field":"person.first_name"}}]}}]}}}}}}"#
        )
    };
    for body in [&*offered("ann"), "no JSON", "{}", &*offered("kim")] {
        leads.take(body.as_bytes());
    }
    let (shown, more) = leads.newest();
    assert_eq!((shown.len(), more), (1, 0));
    assert_eq!((&*shown[0].owner, &*shown[0].who, &*shown[0].route), ("kim", "Ada <b>", "DACH"));
    leads.take(br#"{"handoff":"h-1","undo":"withdrawn","undoes":"d-1"}"#);
    assert_eq!(leads.newest().0[0].state, "withdrawn");
}
