// Whoever imports this module gets the types that its functions take and return.
@_exported public import MSRNEngine
@_exported public import MSRNImages
@_exported public import MSRNLayers
@_exported public import MSRNModels
@_exported public import MSRNTensors
