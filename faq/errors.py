"""What can be refused about articles."""

from core.errors import BadInput, Conflict, NotFound


class ArticleNotFound(NotFound):
    """There is no such article, or it is not for this reader: both look the same."""

    code = "article_not_found"


class HelpCentreNotFound(NotFound):
    """There is no help centre at this address, or it is closed."""

    code = "help_centre_not_found"


class BadArticle(BadInput):
    """The article cannot be taken as it is; `details["fields"]` names what to change."""

    code = "bad_article"


class ChangedMeanwhile(Conflict):
    """Somebody else saved the same text after it was opened."""

    code = "article_changed_meanwhile"


class NotReady(Conflict):
    """The text cannot be published as it stands."""

    code = "article_not_ready"


class BadParcel(BadInput):
    """The files cannot be read as articles at all; the sentence names the file and the line."""

    code = "bad_parcel"


class BadImage(BadInput):
    """The file is no picture that can be taken: too large, damaged, or something else."""

    code = "bad_image"


class QuestionNotFound(NotFound):
    """There is no such group of questions; perhaps the last of them is older than they are kept."""

    code = "question_not_found"
