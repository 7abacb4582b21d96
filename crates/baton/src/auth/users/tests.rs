use super::normal_email;

#[test]
fn an_address_is_compared_in_one_form_and_what_is_none_is_refused() {
    assert_eq!(normal_email(" Ann@ACME.example ").as_deref(), Some("ann@acme.example"));
    let long = format!("{}@acme.example", "a".repeat(250));
    for none in ["", "ann", "@acme.example", "ann@", "a@b@c", "a b@acme.example", "a\0@x", &long] {
        assert_eq!(normal_email(none), None, "{none:?}");
    }
}
