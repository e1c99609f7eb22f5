from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor
VISIBLE_WITH_FIELD_NUMBER: int
visible_with: _descriptor.FieldDescriptor
REQUIRED_RIGHT_FIELD_NUMBER: int
required_right: _descriptor.FieldDescriptor
GUEST_TOKEN_ALLOWED_FIELD_NUMBER: int
guest_token_allowed: _descriptor.FieldDescriptor
