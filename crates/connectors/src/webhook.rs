//! Deliveries to a webhook.
