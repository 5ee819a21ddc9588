"""The ways out: mail, SMS, web push. Each says how a call ended, and never raises for what is outside."""
