"""Every table of the product, for alembic and for tests that make a database."""

from sqlmodel import SQLModel

from health_cloud.access import models as access
from health_cloud.chart import models as chart
from health_cloud.consent import models as consent
from health_cloud.core import models as core
from health_cloud.followup import models as followup
from health_cloud.identity import models as identity
from health_cloud.ingest import models as ingest
from health_cloud.links import models as links
from health_cloud.notify import models as notify
from health_cloud.prescribing import models as prescribing
from health_cloud.records import models as records
from health_cloud.visibility import models as visibility

metadata = SQLModel.metadata
FEATURES = (access, chart, consent, core, followup, identity, ingest, links, notify, prescribing, records, visibility)
