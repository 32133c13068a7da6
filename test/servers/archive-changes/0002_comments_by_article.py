"""Comments are found by their article."""
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.create_index("comments_by_article", "comments", ["article_id", "id"])


def downgrade():
    op.drop_index("comments_by_article", "comments")
