# Competitors ask for quotes too; nobody's time goes there.
story: somebody at a competitor asks for a quote
who:
  email: pat@rivalworks.example
did:
  - { at: 2026-11-25T11:00:00+01:00, signal: form.quote }
then:
  decision: hand off
  owner: engine
  because: [route-holds]
