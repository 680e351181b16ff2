import reflex as rx

config = rx.Config(app_name="bare", app_module_import="bare", telemetry_enabled=False, state_manager_mode="memory")
